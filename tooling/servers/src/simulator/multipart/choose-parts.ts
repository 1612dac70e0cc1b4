import { refuse } from "../http/refusal.js";
import type { OpenUpload, StoredPart } from "../state/bucket.js";
import type { NamedPart } from "./read-completion.js";

/**
 * The stored parts that a completion names.
 *
 * @throws InvalidPartOrder, InvalidPart, InvalidRequest where checksums are missing, InternalError where checksums of parts
 * are used and the numbers have gaps (API reference, CompletedPart), EntityTooSmall
 */
export function chooseParts(upload: OpenUpload, named: readonly NamedPart[], minSize: number): readonly StoredPart[] {
  const isAscending = named.every((part, at) => at === 0 || part.number > (named[at - 1]?.number ?? 0));
  if (!isAscending) {
    throw refuse(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
      {
        details: { UploadId: upload.id },
      },
    );
  }
  const chosen = named.map((part) => choosePart(upload, part));
  if (upload.type === "COMPOSITE" && named.some((part, at) => part.number !== at + 1)) {
    throw refuse("InternalError", "We encountered an internal error. Please try again.");
  }
  const small = chosen.slice(0, -1).find((part) => part.content.size < minSize);
  if (small !== undefined) {
    throw refuse("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      details: {
        ProposedSize: String(small.content.size),
        MinSizeAllowed: String(minSize),
        PartNumber: String(small.number),
        ETag: small.etag.replaceAll('"', ""),
      },
    });
  }
  return chosen;
}

function choosePart(upload: OpenUpload, named: NamedPart): StoredPart {
  const part = upload.parts.get(named.number);
  if (part === undefined || part.etag !== named.etag) throw invalidPart(upload, named);
  const isWrong = named.checksums.some(
    ({ algorithm, value }) => algorithm !== part.checksum?.algorithm || value !== part.checksum.value,
  );
  if (isWrong) throw invalidPart(upload, named);
  if (upload.type === "COMPOSITE" && named.checksums.length === 0) {
    const algorithm = upload.algorithm?.toLowerCase();
    throw refuse(
      "InvalidRequest",
      `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${named.number} in the request.`,
    );
  }
  return part;
}

function invalidPart(upload: OpenUpload, named: NamedPart): Error {
  return refuse(
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    {
      details: { UploadId: upload.id, PartNumber: String(named.number), ETag: named.etag.replaceAll('"', "") },
    },
  );
}
