import { badRequest } from "../wire/bad-request.js";

/** RFC 2046 section 5.1.1, without the space, which it allows inside only. */
const grammar = /^[\w'()+,./:=?-]{1,70}$/;
/** Two dashes, the longest boundary, a line's end. */
const longestLine = 2 + 70 + 2;

/**
 * The boundary of a form: that of its content type, or, where a client set the header by hand and left it out (the API's
 * own curl example does), that of its first line. `null`: more of the body has to come first.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where there is none
 */
export function boundaryOf(contentType: string, start: Uint8Array): string | null {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^\s;"]*))/i.exec(contentType) ?? [];
  const named = quoted ?? plain;
  if (named !== undefined) return checked(named);
  const line = String.fromCharCode(...start.subarray(0, longestLine));
  const end = line.indexOf("\r\n");
  if (end === -1 && line.length < longestLine) return null;
  if (end === -1 || !line.startsWith("--")) throw badRequest("body: no form, and its content type names no boundary");
  return checked(line.slice(2, end));
}

function checked(boundary: string): string {
  if (!grammar.test(boundary)) throw badRequest("content-type: not a boundary");
  return boundary;
}
