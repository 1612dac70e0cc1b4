import type { Checksum } from "../bytes.js";
import type { StoredObject, UploadTarget } from "../target.js";
import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { EngineContext } from "./context.js";
import type { ResolvedPolicy } from "./policies.js";

/**
 * The object's size and checksum against what was promised and what came in. It is read back only where the
 * client gave a digest that cannot be combined from those of its chunks.
 *
 * @throws {UploadError} `SIZE_CONFLICT`, `CHECKSUM_MISMATCH`
 */
export async function verifyObject(
  context: EngineContext,
  policy: ResolvedPolicy,
  target: UploadTarget,
  object: StoredObject,
  combined: Checksum | null,
  options: CallOptions,
): Promise<void> {
  if (object.size !== target.size) {
    throw new UploadError("SIZE_CONFLICT", `object of ${object.size} bytes, ${target.size} declared`, {
      declared: target.size ?? 0,
      actual: object.size,
    });
  }
  if (combined !== null) agree(combined, object.checksum);
  const wanted = target.checksum;
  if (wanted === undefined) return;
  if (object.checksum?.algorithm === wanted.algorithm) return agree(wanted, object.checksum);
  if (combined?.algorithm === wanted.algorithm) return agree(wanted, combined);
  agree(wanted, await readBack(context, policy, object.key, wanted, options));
}

/** Two checksums of one kind must be the same; of different kinds they say nothing of each other. */
function agree(wanted: Checksum, actual: Checksum | undefined): void {
  if (actual === undefined || actual.algorithm !== wanted.algorithm || actual.value === wanted.value) return;
  const { algorithm } = wanted;
  throw new UploadError("CHECKSUM_MISMATCH", `the object's ${algorithm} differs`, { offset: 0, algorithm });
}

async function readBack(
  context: EngineContext,
  policy: ResolvedPolicy,
  key: string,
  { algorithm }: Checksum,
  options: CallOptions,
): Promise<Checksum> {
  const { objects, name } = policy.driver;
  const body = await objects?.read?.(key, null, options);
  if (body === undefined)
    throw new UploadError("UNSUPPORTED", `${algorithm} of a backend that cannot be read`, {
      driver: name,
      capability: "objects.read",
    });
  const digest = context.runtime.digest(algorithm);
  for await (const piece of body.stream()) digest.update(piece);
  return { algorithm, value: digest.value() };
}
