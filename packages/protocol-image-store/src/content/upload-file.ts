import type { Call } from "../call.js";
import { checkBody } from "../wire/check-body.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** `PUT /{contentPath}`: a whole file from one body, over one that is there. Its session never outlives the request. */
export async function uploadFile(call: Call): Promise<Outcome> {
  const { engine, options, path, body } = call;
  const size = checkBody(call.exchange);
  const { id } = await engine.create(
    {
      policyId: null,
      protocol: "image-store-file",
      path,
      size,
      framing: "free",
      completion: "explicit",
      transfer: "through",
      onConflict: "replace",
    },
    options,
  );
  try {
    await engine.write(id, { offset: 0 }, body, options);
    await engine.complete(id, options);
  } catch (error) {
    // Without the request's signal: the session must go also when the client has gone.
    await engine.abort(id).catch(() => {});
    throw error;
  }
  return done();
}
