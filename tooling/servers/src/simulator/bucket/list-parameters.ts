import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import { percentEncode } from "../signature/percent.js";

/** A number of a listing. `absent`: where it is not given, and never more than `most`. @throws InvalidArgument */
export function readCount(request: S3Request, name: string, absent = 1_000, most = 1_000): number {
  const text = request.parameter(name) ?? "";
  if (text === "") return absent;
  const isCount = /^\d{1,10}$/.test(text) && Number(text) <= 2_147_483_647;
  if (isCount) return Math.min(Number(text), most);
  throw refuse("InvalidArgument", `Provided ${name} not an integer or within integer range`, {
    details: { ArgumentName: name, ArgumentValue: text },
  });
}

/** How names are written: as they are, or percent-encoded for what XML cannot hold. @throws InvalidArgument */
export function readEncoding(request: S3Request): { readonly type: string | null; write(name: string): string } {
  const type = request.parameter("encoding-type");
  if (type === null) return { type: null, write: (name) => name };
  if (type === "url") return { type, write: (name) => percentEncode(name).replaceAll("%2F", "/") };
  throw refuse("InvalidArgument", "Invalid Encoding Method specified in Request", {
    details: { ArgumentName: "encoding-type", ArgumentValue: type },
  });
}

/** By the octets of UTF-8, as S3 sorts. */
export function compareKeys(one: string, two: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(two));
}

/** The folder that a delimiter makes of a name, itself included; `null`: none. */
export function commonPrefix(name: string, prefix: string, delimiter: string): string | null {
  const at = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
  return at === -1 ? null : name.slice(0, at + delimiter.length);
}
