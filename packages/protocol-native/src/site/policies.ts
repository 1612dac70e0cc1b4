import type { PolicyView } from "@stowage/core";
import type { Call } from "../call.js";
import type { PoliciesAnswer } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** `GET /policies`: those that the caller may use. */
export async function policies({ engine }: Call): Promise<Outcome> {
  return done({ policies: engine.policies().map(describePolicy) } satisfies PoliciesAnswer);
}

function describePolicy({ id, name, transfer, chunks, accept }: PolicyView): PoliciesAnswer["policies"][number] {
  const { extensions, pattern } = accept.names;
  return {
    id,
    name,
    transfer,
    chunkSize: chunks.size,
    parallel: chunks.parallel,
    maxSize: accept.maxSize >= Number.MAX_SAFE_INTEGER ? null : accept.maxSize,
    names: {
      ...(extensions === undefined ? {} : { extensions: { kind: extensions.kind, list: [...extensions.list] } }),
      ...(pattern === undefined ? {} : { pattern: { ...pattern } }),
    },
  };
}
