/**
 * A skip is a debt, so it names a case that is there and says why.
 *
 * @throws {TypeError}
 */
export function checkSkips(cases: readonly { readonly id: string }[], skip: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(skip)) {
    if (!cases.some((each) => each.id === id)) throw new TypeError(`skip: there is no case ${id}`);
    if (reason.trim() === "") throw new TypeError(`skip: ${id} needs a reason`);
  }
}
