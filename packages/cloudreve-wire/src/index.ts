export { fromBase64Url, toBase64Url } from "./base64-url.js";
export { codes } from "./codes.js";
export { readEnvelope } from "./envelope.js";
export type { Envelope } from "./envelope.js";
export { credentialScheme, expiryOf, flawOf, nodeSigner } from "./signature/node-signer.js";
export type { NodeSigner } from "./signature/node-signer.js";
export { coveredHeaders, coversBody, decodePath, signableText } from "./signature/signable-request.js";
export type { SignableRequest } from "./signature/signable-request.js";
export { refusalOf } from "./signature/verdict.js";
export type { SignatureVerdict } from "./signature/verdict.js";
export {
  causeField,
  crcField,
  slaveCompleted,
  slaveFact,
  slaveListed,
  slavePong,
  slaveStatus,
  slaveUndeleted,
  masterField,
} from "./slave/answers.js";
export type { SlaveFact, SlaveListed, SlavePong, SlaveStatus } from "./slave/answers.js";
export { slaveListQuery, slavePingBody, slaveRemoveBody } from "./slave/bodies.js";
export { cancelQuery, chunkQuery, slavePaths, slavePrefix } from "./slave/paths.js";
export type { ContentName } from "./slave/paths.js";
export { printSlaveUpload, slaveUploadBody } from "./slave/upload-body.js";
export type { SlaveUpload, SlaveUploadBody } from "./slave/upload-body.js";
