export type { CloudreveOptions, CloudreveTokenOptions } from "./options.js";
export { cloudreve } from "./protocol.js";
export { cloudreveRoutes } from "./route-list.js";
export type { CloudreveRoute } from "./route-list.js";
export type { Account, Accounts, SignIn } from "./session/accounts.js";
export { cloudreveTokens } from "./session/cloudreve-tokens.js";
export type { WireFacts } from "./upload/wire-facts.js";
