import { UploadError } from "@stowage/core";
import { checkName, isLonger } from "@stowage/core/catalog";

/** Bytes of UTF-8; S3 has the same limit, and with a root it stays below PATH_MAX. */
const longestKey = 1024;

/** Device names of Windows, with any extension; on no platform allowed, so that a root can move to another. */
const windowsDevice = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:[ ]*\..*)?$/i;

/**
 * The folders and the name that a key stands for. Whatever comes out stays below the folder that it is joined to,
 * on every platform, as long as no symbolic link lies there.
 *
 * @throws {UploadError} `NAME_REFUSED`
 */
export function segmentsOf(key: string): readonly string[] {
  if (isLonger(key, longestKey)) throw refused(key, `over ${longestKey} bytes`);
  const segments = key.split("/");
  for (const segment of segments) {
    checkName(segment);
    const rule = brokenRule(segment);
    if (rule !== null) throw refused(key, rule);
  }
  return segments;
}

function brokenRule(segment: string): string | null {
  if (segment.includes("\\")) return "holds a backslash";
  if (/^[a-z]:/i.test(segment)) return "begins with a drive letter";
  if (/[. ]$/.test(segment)) return "ends with a dot or a space";
  if (windowsDevice.test(segment)) return "a device name of Windows";
  if (process.platform === "win32" && /[<>:"|?*]/.test(segment)) return "holds a character that Windows refuses";
  return null;
}

function refused(name: string, rule: string): UploadError<"NAME_REFUSED"> {
  return new UploadError("NAME_REFUSED", `object key refused: ${rule}`, { name, rule });
}
