/** Every state of a session; `completed` and `aborted` are tombstones. */
export type SessionStateName = "opening" | "open" | "completing" | "completed" | "aborting" | "aborted";
