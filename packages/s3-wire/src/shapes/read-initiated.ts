import { readXml } from "../xml/read-xml.js";
import { childText } from "../xml/xml-element.js";

/** The upload id of an `InitiateMultipartUploadResult`; `null` where there is none. */
export function readInitiated(document: string): string | null {
  const root = readXml(document);
  const uploadId = root?.name === "InitiateMultipartUploadResult" ? childText(root, "UploadId") : null;
  return uploadId === "" ? null : uploadId;
}
