import { fileTypeFromBuffer } from "file-type/core";

/** What the first bytes of a file tell. */
export interface DetectedType {
  /** Media type, as `file-type` names it; `text/plain` for text in UTF-8. */
  readonly mime: string;
  /** Without the dot. */
  readonly ext: string;
}

/** The type of a file by its first bytes; `null`: they are no text and have no signature that is known. */
export async function detectType(sample: Uint8Array): Promise<DetectedType | null> {
  // Bytes that break off inside a structure, or lie about it, make it throw.
  const found = await fileTypeFromBuffer(sample).catch(() => undefined);
  if (found !== undefined) return { mime: found.mime, ext: found.ext };
  return isText(sample) ? { mime: "text/plain", ext: "txt" } : null;
}

/** UTF-8 without control characters but those that lay text out. The last character may be cut. */
function isText(sample: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
    return !/[^\P{Cc}\t\n\f\r]/u.test(text);
  } catch {
    return false;
  }
}
