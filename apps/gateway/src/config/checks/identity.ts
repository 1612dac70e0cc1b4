import { emailKey } from "../../accounts/email-key.js";
import { isLoopback } from "../../identity/loopback.js";
import { tokenDigest } from "../../identity/token-digest.js";
import type { Mistake } from "../mistake.js";
import { entriesOf, itemsOf, valueAt } from "./raw.js";

/** Two who could not be told apart, and an anonymous owner whom nobody could be. */
export function* checkIdentity(config: unknown): Generator<Mistake> {
  yield* checkEmails(config);
  yield* checkTokens(config);
  yield* checkAnonymous(config);
}

function* checkEmails(config: unknown): Generator<Mistake> {
  const users = new Map<string, string>();
  for (const [user, settings] of entriesOf(valueAt(config, "users"))) {
    const email = valueAt(settings, "email");
    if (typeof email !== "string") continue;
    const key = emailKey(email);
    const known = users.get(key);
    if (known === undefined) users.set(key, user);
    else yield { path: ["users", user, "email"], message: `the same as that of user ${known}` };
  }
}

function* checkTokens(config: unknown): Generator<Mistake> {
  const digests = new Map<string, number>();
  for (const [index, settings] of itemsOf(valueAt(config, "identity", "tokens"))) {
    const [token, digest] = [valueAt(settings, "token"), valueAt(settings, "tokenSha256")];
    const key = typeof token === "string" ? "token" : "tokenSha256";
    const hex = typeof token === "string" ? tokenDigest(token).toString("hex") : digest;
    if (typeof hex !== "string") continue;
    const known = digests.get(hex.toLowerCase());
    if (known === undefined) digests.set(hex.toLowerCase(), index);
    else yield { path: ["identity", "tokens", index, key], message: `the same as that of tokens[${known}]` };
  }
}

function* checkAnonymous(config: unknown): Generator<Mistake> {
  const anonymous = valueAt(config, "identity", "anonymous");
  const isMapping = entriesOf(anonymous).length > 0;
  const from = isMapping ? (valueAt(anonymous, "from") ?? "loopback") : anonymous;
  if (from !== "loopback") return;
  const path = ["identity", "anonymous", ...(isMapping && valueAt(anonymous, "from") !== undefined ? ["from"] : [])];
  const host = valueAt(config, "listen", "host");
  if (typeof host === "string" && !isLoopback(host)) {
    yield { path, message: "nobody can be it: listen.host is not loopback; turn it off, or say from: anywhere" };
  }
  const origin = valueAt(config, "listen", "publicOrigin");
  if (typeof origin === "string" && URL.canParse(origin) && !isLoopback(new URL(origin).hostname)) {
    yield {
      path,
      message: "nobody can be it: listen.publicOrigin is not loopback; turn it off, or say from: anywhere",
    };
  }
}
