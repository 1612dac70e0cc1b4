const bytesOf: Readonly<Record<string, bigint>> = {
  b: 1n,
  kb: 1000n,
  mb: 1000n ** 2n,
  gb: 1000n ** 3n,
  tb: 1000n ** 4n,
  pb: 1000n ** 5n,
  kib: 1024n,
  mib: 1024n ** 2n,
  gib: 1024n ** 3n,
  tib: 1024n ** 4n,
  pib: 1024n ** 5n,
};
/** More digits than any size that fits has, so that nobody makes us multiply thousands of them. */
const pattern = /^(\d{1,20})(?:\.(\d{1,20}))? ?([kmgtp]?i?b)?$/i;

/**
 * Bytes of a size as people write it: `4096`, `16 MiB`, `1.5 GB` (decimal: 1500000000), in any case. `null`: not a size, not a
 * whole number of bytes, or over 2^53-1. One letter (`16M`) is no unit, for it means either.
 */
export function parseSize(text: string): number | null {
  const match = pattern.exec(text.trim());
  if (match === null) return null;
  const [, whole = "", fraction = "", unit = "b"] = match;
  const factor = bytesOf[unit.toLowerCase()];
  if (factor === undefined) return null;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * factor;
  if (scaled % scale !== 0n) return null;
  const bytes = scaled / scale;
  return bytes > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(bytes);
}
