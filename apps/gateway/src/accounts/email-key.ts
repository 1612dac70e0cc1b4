/** Two spellings with the same key are one email: case does not count. */
export function emailKey(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}
