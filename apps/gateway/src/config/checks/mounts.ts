import { completeRuntime } from "@stowage/core";
import type { Accounts } from "@stowage/protocol-cloudreve";
import { frontDoor } from "@stowage/server";
import { frontEndNames, knownFrontEnd } from "../../known-front-end.js";
import { prefixOf } from "../../mount-prefix.js";
import { parsePart } from "../issues-to-mistakes.js";
import type { ConfigPath, Mistake } from "../mistake.js";
import { corsSchema } from "../sections/cors.js";
import { didYouMean } from "../suggest.js";
import { ownPaths } from "./own-paths.js";
import { asMistake, issuesOf } from "./policies.js";
import { entriesOf, valueAt } from "./raw.js";

/** Front-ends that are not there, what they say of their options, and prefixes that are taken. */
export function* checkMounts(config: unknown): Generator<Mistake> {
  const reserved = ownPaths(config);
  const taken = new Map<string, string>();
  for (const [given, settings] of entriesOf(valueAt(config, "mount"))) {
    const path = ["mount", given];
    const prefix = prefixOf(given);
    const known = taken.get(prefix);
    if (known !== undefined) yield { path, message: `the same prefix as ${known}` };
    else taken.set(prefix, given);
    if (reserved.some((one) => prefix === one || prefix.startsWith(`${one}/`)))
      yield { path, message: "the gateway answers there itself" };
    yield* checkFrontEnd(settings, path);
  }
}

function* checkFrontEnd(settings: unknown, path: ConfigPath): Generator<Mistake> {
  const isShort = typeof settings === "string";
  const name = isShort ? settings : valueAt(settings, "protocol");
  if (typeof name !== "string") return;
  const frontEnd = knownFrontEnd(name);
  if (frontEnd === null) {
    const message = `no front-end of this name: there is ${frontEndNames.join(", ")}${didYouMean(name, frontEndNames)}`;
    return yield { path: isShort ? path : [...path, "protocol"], message };
  }
  const options = Object.fromEntries(entriesOf(settings).filter(([key]) => key !== "protocol"));
  const { mistakes } = parsePart(frontEnd.options, options, path);
  if (mistakes !== undefined) return yield* mistakes;
  try {
    const room = async () => ({ isFull: false, free: null });
    const rehearsal = { runtime: completeRuntime(), signingKey: "0".repeat(64), accounts: nobody, nodeKey: null, room };
    frontEnd.make(options, rehearsal);
  } catch (error) {
    for (const issue of issuesOf(error)) yield asMistake(issue, path);
  }
}

const nobody: Accounts = {
  signIn: async () => ({ kind: "refused" }),
  findByOwner: async () => null,
  hasEmail: async () => false,
  revoke: async () => {},
  isRevoked: async () => false,
};

/** Origins that no browser would send, and credentials for everybody. */
export function* checkCors(config: unknown): Generator<Mistake> {
  const parsed = parsePart(corsSchema, valueAt(config, "cors"), ["cors"]);
  if (parsed.mistakes !== undefined) return;
  try {
    const as = (): never => {
      throw new TypeError("nobody asks");
    };
    frontDoor({ engine: { as }, mounts: [], cors: parsed.value });
  } catch (error) {
    for (const issue of issuesOf(error)) yield asMistake(issue, ["cors"]);
  }
}
