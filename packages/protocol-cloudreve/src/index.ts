export type { CloudreveOptions } from "./options.js";
export { cloudreve } from "./protocol.js";
export type { Account, Accounts, SignIn } from "./session/accounts.js";
export type { WireFacts } from "./upload/wire-facts.js";
