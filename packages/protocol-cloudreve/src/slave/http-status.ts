const statuses: ReadonlyMap<number, number> = new Map([
  [-1, 503],
  [40_004, 409],
  [40_005, 401],
  [40_011, 404],
  [40_016, 404],
  [40_044, 404],
  [40_049, 413],
  [40_051, 507],
  [40_071, 401],
  [40_073, 409],
]);

/** The HTTP status that says the same as one of Cloudreve's failures, for clients that ask for one. */
export function httpStatusOf(code: number): number {
  const known = statuses.get(code);
  if (known !== undefined) return known;
  if (code >= 400 && code < 600) return code;
  return code >= 50_000 ? 500 : 400;
}
