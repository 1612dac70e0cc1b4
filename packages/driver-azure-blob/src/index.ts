export { azureBlob } from "./driver.js";
export { azureBlobOptionsSchema } from "./options.js";
export type { AzureBlobOptions, TokenSource } from "./options.js";
