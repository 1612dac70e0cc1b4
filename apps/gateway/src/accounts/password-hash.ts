import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * The row of 32 MiB in OWASP's Password Storage Cheat Sheet. One setting only, so that no hash takes longer than another and
 * tells by that whether an email is known.
 */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const prefix = "$scrypt$ln=15,r=8,p=3$";
const saltBytes = 16;
const hashBytes = 32;
const pattern = /^\$scrypt\$ln=15,r=8,p=3\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
/** Each takes 32 MiB and a thread of the pool that files are read and written with as well. */
const mostAtOnce = 2;
const mostWaiting = 32;
/** Bytes of UTF-8; a longer password would only be a way to keep us busy. */
const longestPassword = 1024;

/** Whether a text is a hash in the PHC string format with the one cost that is in use. */
export function isPasswordHash(text: string): boolean {
  return pattern.test(text);
}

/** Whether a password is fit to be one: 8 characters at least, 1024 bytes at most. Passwords are compared as NFKC. */
export function isAcceptablePassword(password: string): boolean {
  const bytes = Buffer.byteLength(password.normalize("NFKC"));
  return password.length >= 8 && bytes <= longestPassword;
}

/** `$scrypt$ln=15,r=8,p=3$salt$hash` with a salt of its own; takes a tenth of a second or two. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  return `${prefix}${unpadded(salt)}$${unpadded(await derive(password, salt))}`;
}

/** Takes as long whatever comes out, also where there is no hash (`null`: nobody has the email). */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const match = pattern.exec(hash ?? "");
  const [, salt = "", wanted = ""] = match ?? [];
  const found = await derive(password, match === null ? nobodysSalt : Buffer.from(salt, "base64"));
  return match !== null && timingSafeEqual(found, Buffer.from(wanted, "base64"));
}

/** Whether so many wait for their turn that one more had better come again. */
export function isPasswordQueueFull(): boolean {
  return waiting.length >= mostWaiting;
}

const nobodysSalt = randomBytes(saltBytes);
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  // A longer one is never right, and takes as long as a short one.
  const bytes = Buffer.from(password.normalize("NFKC")).subarray(0, longestPassword + 1);
  if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(bytes, salt, hashBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

/** The PHC format leaves the padding of base64 out. */
function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
