/** With a number or an id, and an extension, it still fits into a name of the catalog. */
const longestStem = 150;
/** Other ways to write an extension, which stay as the client has them. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  jpg: ["jpeg", "jpe", "jfif"],
  tif: ["tiff"],
  heic: ["heif"],
  txt: ["csv", "log", "md"],
};
const encoder = new TextEncoder();

/**
 * A client's file name as a name of the catalog: without folders, control and formatting characters, dots in front, at most
 * 150 bytes long, and with an extension that says what the bytes are. `null`: nothing is left of it.
 */
export function safeName(given: string | null, ext: string): string | null {
  const base = (given ?? "").split(/[/\\]/).at(-1) ?? "";
  const clean = base
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
    .replace(/^[\s.]+/, "")
    .replace(/[\s.]+$/, "");
  const [, stem = clean, suffix = ""] = /^(.+)\.([A-Za-z0-9]{1,10})$/.exec(clean) ?? [];
  const isRight = suffix.toLowerCase() === ext || aliases[ext]?.includes(suffix.toLowerCase()) === true;
  const short = cut(stem).replace(/[\s.]+$/, "");
  return short === "" ? null : `${short}.${isRight ? suffix : ext}`;
}

function cut(stem: string): string {
  let [kept, size] = ["", 0];
  for (const character of stem) {
    size += encoder.encode(character).byteLength;
    if (size > longestStem) break;
    kept += character;
  }
  return kept;
}
