import type { DriverCapabilities } from "../driver.js";
import type { CreateUpload } from "../uploads.js";
import type { ResolvedPolicy } from "./policies.js";

/** The policy with its relay in front, where there is one and the driver could not take the bytes as they come. */
export function withRelay(policy: ResolvedPolicy, upload: Pick<CreateUpload, "size" | "framing">): ResolvedPolicy {
  return takesAsTheyCome(policy.driver.capabilities, upload) ? policy : (policy.relayed ?? policy);
}

/** Whether a driver takes an upload's bytes as its client sends them; of a client that cuts, any size in any order, and kept. */
export function takesAsTheyCome(
  { ordering, part, deferredSize, unsizedBody, partialChunks }: DriverCapabilities,
  { size, framing }: Pick<CreateUpload, "size" | "framing">,
): boolean {
  if (size === null && deferredSize !== true) return false;
  if (framing === "planned") return true;
  const { minSize, maxCount, multipleOf = 1, uniform = false } = part;
  const takesAnySize = minSize <= 1 && multipleOf === 1 && !uniform && maxCount >= Number.MAX_SAFE_INTEGER;
  return takesAnySize && ordering.kind === "any" && unsizedBody === true && partialChunks === true;
}
