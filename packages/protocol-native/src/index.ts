export type { NativeOptions } from "./options.js";
export { native } from "./protocol.js";
export type {
  FileInfo,
  FilesPage,
  PoliciesAnswer,
  SessionInfo,
  SessionsPage,
  UsageAnswer,
  WrittenAnswer,
} from "./wire/answers.js";
export type { Problem } from "./wire/problem.js";
