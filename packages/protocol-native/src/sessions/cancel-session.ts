import type { Call } from "../call.js";
import type { Outcome } from "../wire/outcome.js";

/** `DELETE /sessions/{id}`: gives an upload up; again and again, if need be. A finished one stays: 409. */
export async function cancelSession(call: Call): Promise<Outcome> {
  const [id = ""] = call.parts;
  await call.engine.abort(id, call.options);
  return { kind: "empty" };
}
