import { z } from "zod";
import type { Call } from "./call.js";
import { getContent } from "./files/get-content.js";
import { getInfo } from "./files/get-info.js";
import { listFiles } from "./files/list-files.js";
import { removeFile } from "./files/remove-file.js";
import { cancelSession } from "./sessions/cancel-session.js";
import { completeSession } from "./sessions/complete-session.js";
import { createSession } from "./sessions/create-session.js";
import { grantChunks } from "./sessions/grant-chunks.js";
import { getSession } from "./sessions/get-session.js";
import { listSessions } from "./sessions/list-sessions.js";
import { writeChunk } from "./sessions/write-chunk.js";
import { policies } from "./site/policies.js";
import { usage } from "./site/usage.js";
import * as answers from "./wire/answers.js";
import type { Outcome } from "./wire/outcome.js";
import * as schemas from "./wire/schemas.js";

/** One route. `path` is relative to the mount point; `{name}` takes one segment. */
export interface Route {
  /** Name of the verb, for generated clients. */
  readonly id: string;
  readonly methods: readonly string[];
  readonly path: string;
  readonly run: (call: Call) => Promise<Outcome>;
  readonly summary: string;
  /** For the OpenAPI document; `bytes` is a raw body, a `null` answer has none. */
  readonly docs: {
    readonly body?: z.ZodType | "bytes";
    readonly query?: z.ZodType;
    readonly answer: z.ZodType | "bytes" | null;
    readonly status: number;
    readonly anyone?: boolean;
  };
}

/** All routes; each is for callers that the server knows. */
export const routes: readonly Route[] = [
  {
    id: "createSession",
    methods: ["POST"],
    path: "/sessions",
    run: createSession,
    summary: "Open an upload session",
    docs: { body: schemas.createBody, answer: answers.sessionInfo, status: 201 },
  },
  {
    id: "listSessions",
    methods: ["GET"],
    path: "/sessions",
    run: listSessions,
    summary: "Your sessions, finished and unfinished",
    docs: { query: schemas.sessionsQuery, answer: answers.sessionsPage, status: 200 },
  },
  {
    id: "getSession",
    methods: ["GET"],
    path: "/sessions/{id}",
    run: getSession,
    summary: "How far an upload is",
    docs: { answer: answers.sessionInfo, status: 200 },
  },
  {
    id: "cancelSession",
    methods: ["DELETE"],
    path: "/sessions/{id}",
    run: cancelSession,
    summary: "Give an upload up",
    docs: { answer: null, status: 204 },
  },
  {
    id: "writeChunk",
    methods: ["PUT"],
    path: "/sessions/{id}/chunks/{index}",
    run: writeChunk,
    summary: "Upload one chunk",
    docs: { body: "bytes", answer: answers.written, status: 200 },
  },
  {
    id: "grantChunks",
    methods: ["POST"],
    path: "/sessions/{id}/grant",
    run: grantChunks,
    summary: "Signed requests to send chunks to the backend itself",
    docs: { body: schemas.grantBody, answer: answers.grantAnswer, status: 200 },
  },
  {
    id: "completeSession",
    methods: ["POST"],
    path: "/sessions/{id}/complete",
    run: completeSession,
    summary: "Finish an upload, or see what it became",
    docs: { answer: answers.sessionInfo, status: 200 },
  },
  {
    id: "listFiles",
    methods: ["GET"],
    path: "/files",
    run: listFiles,
    summary: "A folder",
    docs: { query: schemas.filesQuery, answer: answers.filesPage, status: 200 },
  },
  {
    id: "removeFile",
    methods: ["DELETE"],
    path: "/files",
    run: removeFile,
    summary: "Delete a file, or a folder with everything in it",
    docs: { query: schemas.fileQuery, answer: null, status: 204 },
  },
  {
    id: "getFile",
    methods: ["GET"],
    path: "/files/info",
    run: getInfo,
    summary: "One file or folder",
    docs: { query: schemas.fileQuery, answer: answers.fileInfo, status: 200 },
  },
  {
    id: "getContent",
    methods: ["GET", "HEAD"],
    path: "/files/content",
    run: getContent,
    summary: "The bytes of a file",
    docs: { query: schemas.contentQuery, answer: "bytes", status: 200 },
  },
  {
    id: "usage",
    methods: ["GET"],
    path: "/usage",
    run: usage,
    summary: "Bytes used and allowed",
    docs: { answer: answers.usageAnswer, status: 200 },
  },
  {
    id: "policies",
    methods: ["GET"],
    path: "/policies",
    run: policies,
    summary: "Storage policies that you may use",
    docs: { answer: answers.policiesAnswer, status: 200 },
  },
];
