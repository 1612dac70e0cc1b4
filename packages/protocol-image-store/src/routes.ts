import type { z } from "zod";
import type { Call } from "./call.js";
import { listContent } from "./content/list-content.js";
import { removeContent } from "./content/remove-content.js";
import { uploadFile } from "./content/upload-file.js";
import { commitSession } from "./sessions/commit-session.js";
import { deleteSession } from "./sessions/delete-session.js";
import { getSession } from "./sessions/get-session.js";
import { sessionsOfPath } from "./sessions/sessions-of-path.js";
import { uploadChunk } from "./sessions/upload-chunk.js";
import { contentAnswer, sessionsAnswer } from "./wire/answers.js";
import { failed } from "./wire/outcome.js";
import type { Outcome } from "./wire/outcome.js";
import { commonQuery, contentQuery, sessionQuery } from "./wire/schemas.js";

/** One route. `path` is relative to the mount point; `{contentPath}` takes whatever stands before `/$/`. */
export interface Route {
  /** Name of the verb, as the SDKs call it. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly run: (call: Call) => Promise<Outcome>;
  readonly summary: string;
  /** For the OpenAPI document; a `null` answer is empty. */
  readonly docs: {
    readonly query: z.ZodType;
    readonly answer: z.ZodType | null;
    readonly body?: "chunk" | "file";
  };
}

/** All routes; each is for callers that the server knows. */
export const routes: readonly Route[] = [
  {
    id: "GetImageStoreRootContent",
    method: "GET",
    path: "/",
    run: listContent,
    summary: "Content of the root",
    docs: { query: contentQuery, answer: contentAnswer },
  },
  {
    id: "GetImageStoreContent",
    method: "GET",
    path: "/{contentPath}",
    run: listContent,
    summary: "Content of a folder, or one file",
    docs: { query: contentQuery, answer: contentAnswer },
  },
  {
    id: "UploadFile",
    method: "PUT",
    path: "/{contentPath}",
    run: uploadFile,
    summary: "Upload a small file in one request; replaces what is there",
    docs: { query: commonQuery, answer: null, body: "file" },
  },
  {
    id: "DeleteImageStoreContent",
    method: "DELETE",
    path: "/{contentPath}",
    run: removeContent,
    summary: "Delete a file, or a folder with everything in it",
    docs: { query: commonQuery, answer: null },
  },
  {
    id: "UploadFileChunk",
    method: "PUT",
    path: "/{contentPath}/$/UploadChunk",
    run: uploadChunk,
    summary: "Upload one chunk; the first makes the session",
    docs: { query: sessionQuery, answer: null, body: "chunk" },
  },
  {
    id: "GetImageStoreUploadSessionByPath",
    method: "GET",
    path: "/{contentPath}/$/GetUploadSession",
    run: sessionsOfPath,
    summary: "Unfinished upload sessions for a path",
    docs: { query: commonQuery, answer: sessionsAnswer },
  },
  {
    id: "GetImageStoreUploadSessionById",
    method: "GET",
    path: "/$/GetUploadSession",
    run: getSession,
    summary: "What a session still expects",
    docs: { query: sessionQuery, answer: sessionsAnswer },
  },
  {
    id: "CommitImageStoreUploadSession",
    method: "POST",
    path: "/$/CommitUploadSession",
    run: commitSession,
    summary: "Make the file of a whole session; replaces what is there",
    docs: { query: sessionQuery, answer: null },
  },
  {
    id: "DeleteImageStoreUploadSession",
    method: "DELETE",
    path: "/$/DeleteUploadSession",
    run: deleteSession,
    summary: "Give an upload up",
    docs: { query: sessionQuery, answer: null },
  },
  {
    id: "CopyImageStoreContent",
    method: "POST",
    path: "/$/Copy",
    run: async () => failed(400, "E_NOTIMPL", "content is not copied here"),
    summary: "Refused: E_NOTIMPL",
    docs: { query: commonQuery, answer: null },
  },
];
