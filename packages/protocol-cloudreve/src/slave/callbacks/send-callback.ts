import { codes, decodePath, readEnvelope } from "@stowage/cloudreve-wire";
import type { NodeSigner } from "@stowage/cloudreve-wire";
import { bytes } from "@stowage/core";
import type { CallOptions, Runtime } from "@stowage/core";
import { within } from "../within.js";

/** What the master said. `unreached`: nothing that we understand, so it may be down. */
export type MasterAnswer = "delivered" | "refused" | "failed" | "unreached";

/** How long a master may keep a callback under way, as Cloudreve's nodes sign theirs. */
const signatureSeconds = 600;
const longestAnswer = 64 * 1024;
/** The session is gone at the master, or this is none of its callbacks: it will never be otherwise. */
const final: ReadonlySet<number> = new Set([codes.sessionNotFound, codes.policyNotAllowed, codes.credentialInvalid]);

/** `POST` to a callback URL, signed with the node's key. Its path holds a secret: nobody may log it. */
export async function sendCallback(
  { signer, clock, http }: { readonly signer: NodeSigner } & Pick<Runtime, "clock" | "http">,
  url: string,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<MasterAnswer> {
  const path = decodePath(new URL(url).pathname);
  if (path === null) return "refused";
  const expires = Math.floor(clock.now() / 1000) + signatureSeconds;
  const authorization = await signer.signHeader({ path, headers: {}, body: "" }, expires);
  try {
    return await within(clock, timeoutMs, signal, async (limited) => {
      const { body } = await http({ method: "POST", url, headers: { authorization } }, { signal: limited });
      const answer = readEnvelope(new TextDecoder().decode(await bytes(body, longestAnswer)));
      if (answer === null) return "unreached";
      if (answer.code === codes.ok) return "delivered";
      return final.has(answer.code) ? "refused" : "failed";
    });
  } catch {
    return "unreached";
  }
}
