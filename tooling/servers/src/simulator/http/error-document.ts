import { writeXml } from "../xml/write-xml.js";
import type { XmlNode } from "../xml/write-xml.js";
import type { Refusal } from "./refusal.js";

/** `<Error>` as S3 writes it: without a namespace. */
export function errorDocument(refusal: Refusal, resource: string, requestId: string): string {
  const details = Object.entries(refusal.details).map(([name, value]): XmlNode => [name, value]);
  return writeXml(
    [
      "Error",
      [
        ["Code", refusal.code],
        ["Message", refusal.message],
        ...details,
        ["Resource", resource],
        ["RequestId", requestId],
        ["HostId", Buffer.from(requestId).toString("base64")],
      ],
    ],
    null,
  );
}
