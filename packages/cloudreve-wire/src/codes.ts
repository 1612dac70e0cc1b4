/** Cloudreve's numbers that a node and its master act on (facts: three digits as in HTTP, 4xxxx the caller's fault, 5xxxx the callee's). */
export const codes = {
  ok: 0,
  /** Untyped: nothing is known but that trying again may help. */
  failed: -1,
  /** Some of a batch failed; `data` lists them. */
  partial: 203,
  /** The gate of all callbacks was not passed, or nobody is signed in. */
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  badParameters: 40_001,
  objectExists: 40_004,
  signatureExpired: 40_005,
  /** Of a callback: the session's policy has another type. */
  policyNotAllowed: 40_006,
  sessionNotFound: 40_011,
  chunkIndexInvalid: 40_012,
  contentLengthInvalid: 40_013,
  /** Of a callback: the secret is wrong. */
  credentialInvalid: 40_020,
  fileNotFound: 40_044,
  fileTooLarge: 40_049,
  capacityExceeded: 40_051,
  nameRefused: 40_052,
  sizeMismatch: 40_055,
  masterUnreachable: 40_060,
  versionMismatch: 40_061,
  signatureInvalid: 40_071,
  pathBusy: 40_073,
  batchTooLarge: 40_074,
  storageFailed: 50_004,
  callbackFailed: 50_007,
  nodeOffline: 50_010,
} as const;
