export { s3 } from "./driver.js";
export { s3OptionsSchema } from "./options.js";
export type { S3Options } from "./options.js";
export type { PresetName } from "./presets.js";
