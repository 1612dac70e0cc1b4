import type { UploadEvent } from "@stowage/core";
import { Counter } from "prom-client";
import type { Registry } from "prom-client";

/** Uploads that this process began or ended, and the extents that it stored. */
export function uploadMetrics(registry: Registry): (event: UploadEvent) => void {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers });
  const labels = ["protocol", "policy"] as const;
  const created = counter("stowage_uploads_created_total", "Uploads begun.", labels);
  const completed = counter("stowage_uploads_completed_total", "Uploads that became files.", labels);
  const aborted = counter(
    "stowage_uploads_aborted_total",
    "Uploads given up: by their client or the operator, expired, or failed for good.",
    [...labels, "reason"],
  );
  const objectBytes = counter("stowage_completed_bytes_total", "Size of the files that uploads became.", labels);
  const chunks = counter(
    "stowage_chunks_stored_total",
    "Extents stored with a receipt: a chunk, or a stride of a long one.",
    [],
  );
  const chunkBytes = counter("stowage_stored_bytes_total", "Bytes of the extents stored.", []);
  return (event) => {
    if (event.type === "chunk.stored") {
      chunks.inc();
      chunkBytes.inc(event.range.end - event.range.start);
      return;
    }
    const { protocol, policyId: policy } = event.session;
    if (event.type === "upload.created") created.inc({ protocol, policy });
    if (event.type === "upload.aborted") aborted.inc({ protocol, policy, reason: event.cause.reason });
    if (event.type !== "upload.completed") return;
    completed.inc({ protocol, policy });
    objectBytes.inc({ protocol, policy }, event.object.size);
  };
}
