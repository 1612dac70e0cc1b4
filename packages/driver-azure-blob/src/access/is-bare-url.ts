/** Whether paths may follow: no query (a signature, as the portal shows URLs), no fragment, no password. */
export function isBareUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "" && !/[?#]/.test(text);
}
