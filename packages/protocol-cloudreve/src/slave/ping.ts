import { codes, readEnvelope, slavePingBody } from "@stowage/cloudreve-wire";
import type { SlavePong } from "@stowage/cloudreve-wire";
import { bytes } from "@stowage/core";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { badRequest } from "../wire/bad-request.js";
import { signedJson } from "./signed-json.js";
import type { SlaveCall } from "./slave-call.js";
import { within } from "./within.js";

const longestAnswer = 64 * 1024;

/**
 * `POST /slave/ping`: whether the two reach each other and speak the same version. Where Cloudreve answers nothing, ours
 * also tells its clock and whether it has room. A ping without a `callback` is not asked back.
 */
export async function ping(call: SlaveCall): Promise<Outcome> {
  const { settings, clock, options } = call;
  const { callback } = signedJson(call.body, slavePingBody);
  call.courier.wake();
  const refusal = callback ? await askMaster(call, pingUrl(callback)) : null;
  if (refusal !== null) return refusal;
  const { isFull, free } = (await settings.room?.(options)) ?? { isFull: false, free: null };
  const pong: SlavePong = { version: settings.version, now: clock.now(), is_full: isFull, free };
  return done(pong);
}

/** `null`: the master is there and of our version. */
async function askMaster({ settings, http, clock, options }: SlaveCall, url: string): Promise<Outcome | null> {
  const answered = await within(clock, settings.pingTimeoutMs, options.signal, async (signal) => {
    const { status, body } = await http({ method: "GET", url, headers: { accept: "application/json" } }, { signal });
    const text = new TextDecoder().decode(await bytes(body, longestAnswer));
    return status === 200 ? readEnvelope(text) : null;
  }).catch(() => null);
  // Whatever it is that answers there, or fails to: the caller learns no more than that it is no master.
  const version = answered?.code === codes.ok && typeof answered.data === "string" ? answered.data : null;
  if (version === null) return failed(codes.masterUnreachable, "the master cannot be reached at its site URL");
  if (version.replace(/-pro$/, "") === settings.version) return null;
  return failed(codes.versionMismatch, `versions differ: the node has ${settings.version}`);
}

function pingUrl(site: string): string {
  if (!URL.canParse(site) || !/^https?:$/.test(new URL(site).protocol))
    throw badRequest("callback: not a URL of http or https");
  const url = new URL(site);
  url.search = "";
  url.hash = "";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/v4/site/ping`;
  return url.href;
}
