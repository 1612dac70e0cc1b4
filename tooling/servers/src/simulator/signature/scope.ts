import type { Scope } from "./canonical-request.js";

/** `KEY/yyyymmdd/REGION/s3/aws4_request`; `null`: not of that form. A key may contain slashes. */
export function readScope(credential: string): Scope | null {
  const [, accessKeyId, day, region] = /^(.+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(credential) ?? [];
  if (accessKeyId === undefined || day === undefined || region === undefined) return null;
  return { accessKeyId, day, region };
}

/** `yyyymmddThhmmssZ` in milliseconds since 1970; `null`: not of that form. */
export function readSigningDate(date: string): number | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? null : time;
}
