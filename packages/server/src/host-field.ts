/** A name or an address, with a port or without. What a URL takes beyond that (`user@host`) reads differently elsewhere. */
export function isHostField(host: string): boolean {
  return /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(host);
}
