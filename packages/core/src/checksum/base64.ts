/** Base64 with padding (RFC 4648 section 4), as in `Content-Digest`. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Four bytes, most significant first, as the storage vendors' CRC headers have them. */
export function crcToBase64(crc: number): string {
  return toBase64(Uint8Array.of(crc >>> 24, crc >>> 16, crc >>> 8, crc));
}

/** The reverse of `crcToBase64`. */
export function crcFromBase64(value: string): number {
  const binary = atob(value);
  return (
    ((binary.charCodeAt(0) << 24) |
      (binary.charCodeAt(1) << 16) |
      (binary.charCodeAt(2) << 8) |
      binary.charCodeAt(3)) >>>
    0
  );
}
