export { UploadFailure } from "./failure.js";
export type { ResumeStore } from "./session/resume-store.js";
export type { SourceBytes } from "./source-bytes.js";
export type { UploadSource } from "./source.js";
export type { Upload, UploadedFile, UploadOptions, UploadProgress, UploadState } from "./options.js";
export { upload } from "./upload.js";
export type { Checksum, FileInfo } from "./http/wire.js";
export type { Answer, Body, Outgoing, Send } from "./http/exchange.js";
