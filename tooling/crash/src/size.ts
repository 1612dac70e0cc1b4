/** One mebibyte. */
export const mib = 1024 * 1024;

/** `STOWAGE_EXTENDED=1`: the sizes that the promises are made for, minutes long. Else the same scenarios, smaller. */
export const isExtended = process.env["STOWAGE_EXTENDED"] === "1";

/** The size for this run. */
export function sizeOf(sizes: { readonly normal: number; readonly extended: number }): number {
  return isExtended ? sizes.extended : sizes.normal;
}
