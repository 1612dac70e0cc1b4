import { z } from "zod";
import type { Call, OwnCall, SignedCall } from "./call.js";
import { receiveCallback } from "./callback/receive-callback.js";
import { createFile } from "./files/create-file.js";
import { fileInfo } from "./files/file-info.js";
import { fileUrls } from "./files/file-urls.js";
import { getContent } from "./files/get-content.js";
import { listFiles } from "./files/list-files.js";
import { moveFiles } from "./files/move-files.js";
import { removeFiles } from "./files/remove-files.js";
import { renameFile } from "./files/rename-file.js";
import { unlockFiles } from "./files/unlock-files.js";
import { prepareSession } from "./session/prepare-session.js";
import { refreshTokens } from "./session/refresh-tokens.js";
import { signIn } from "./session/sign-in.js";
import { signOut } from "./session/sign-out.js";
import { siteConfig } from "./site/config.js";
import { ping } from "./site/ping.js";
import { completeParts } from "./stand-in/complete-parts.js";
import { writeNodeChunk } from "./stand-in/write-node-chunk.js";
import { writePart } from "./stand-in/write-part.js";
import { cancelUpload } from "./upload/cancel-upload.js";
import { createUpload } from "./upload/create-upload.js";
import { putContent } from "./upload/put-content.js";
import { uploadStatus } from "./upload/upload-status.js";
import { writeChunk } from "./upload/write-chunk.js";
import { capacity } from "./user/capacity.js";
import { me } from "./user/me.js";
import { policies } from "./user/policies.js";
import * as answers from "./wire/answers.js";
import type { Outcome } from "./wire/envelope.js";
import * as schemas from "./wire/schemas.js";

/** Who may call, and with which door to the engine. */
type Verb =
  | { readonly who: "anyone"; readonly run: (call: Call) => Promise<Outcome> }
  | { readonly who: "known"; readonly run: (call: OwnCall) => Promise<Outcome> }
  | { readonly who: "signed"; readonly run: (call: SignedCall) => Promise<Outcome> };

/** One route. `path` is relative to the mount point; `{name}` takes one segment. */
export type Route = Verb & {
  readonly methods: readonly string[];
  readonly path: string;
  /** Pages of any origin may ask it: who has the URL has the right. */
  readonly crossOrigin?: true;
  readonly summary: string;
  /** For the OpenAPI document; `bytes` is a raw body. */
  readonly docs: {
    readonly body?: z.ZodType | "bytes" | "xml";
    readonly query?: z.ZodType;
    readonly data: z.ZodType | "bytes" | "xml" | null;
  };
};

function known(
  method: string,
  path: string,
  run: (call: OwnCall) => Promise<Outcome>,
  summary: string,
  docs: Route["docs"],
): Route {
  return { who: "known", methods: [method], path, run, summary, docs };
}

function open(
  method: string,
  path: string,
  run: (call: Call) => Promise<Outcome>,
  summary: string,
  docs: Route["docs"],
): Route {
  return { who: "anyone", methods: [method], path, run, summary, docs };
}

function signed(
  methods: readonly string[],
  path: string,
  run: (call: SignedCall) => Promise<Outcome>,
): Pick<Route & { readonly who: "signed" }, "who" | "methods" | "path" | "run" | "crossOrigin"> {
  return { who: "signed", methods, path, run, crossOrigin: true };
}

/** All routes. No two match the same request. */
export const routes: readonly Route[] = [
  known("PUT", "/file/upload", createUpload, "Open an upload session", {
    body: schemas.createUploadBody,
    data: answers.sessionCredential,
  }),
  known("DELETE", "/file/upload", cancelUpload, "Give an upload up", { body: schemas.cancelUploadBody, data: null }),
  known("GET", "/file/upload/{sessionId}", uploadStatus, "What is missing of an upload", {
    data: answers.uploadStatusAnswer,
  }),
  known("POST", "/file/upload/{sessionId}/{index}", writeChunk, "Upload one chunk", { body: "bytes", data: null }),
  known("PUT", "/file/content", putContent, "Make or replace a small file", {
    query: schemas.putContentQuery,
    body: "bytes",
    data: answers.fileResponse,
  }),
  known("GET", "/file", listFiles, "List a folder", { query: schemas.listQuery, data: answers.listAnswer }),
  known("DELETE", "/file", removeFiles, "Delete files and folders", { body: schemas.removeBody, data: null }),
  known("GET", "/file/info", fileInfo, "One file or folder", { query: schemas.infoQuery, data: answers.fileResponse }),
  known("POST", "/file/create", createFile, "Make an empty file or a folder", {
    body: schemas.createFileBody,
    data: answers.fileResponse,
  }),
  known("POST", "/file/rename", renameFile, "Rename a file or folder", {
    body: schemas.renameBody,
    data: answers.fileResponse,
  }),
  known("POST", "/file/move", moveFiles, "Move files and folders into a folder", {
    body: schemas.moveBody,
    data: null,
  }),
  known("DELETE", "/file/lock", unlockFiles, "Free paths that unfinished uploads hold", {
    body: schemas.unlockBody,
    data: null,
  }),
  known("POST", "/file/url", fileUrls, "Signed download URLs", { body: schemas.urlBody, data: answers.urlAnswer }),
  known("GET", "/user/me", me, "Who is signed in", { data: answers.userAnswer }),
  known("GET", "/user/capacity", capacity, "Bytes used and allowed", { data: answers.capacityAnswer }),
  known("GET", "/user/setting/policies", policies, "Storage policies that one may use", {
    data: z.array(answers.storagePolicy),
  }),
  {
    ...signed(["GET", "HEAD"], "/file/content/{entityId}/{speed}/{name}", getContent),
    summary: "The bytes of a file, by a signed URL",
    docs: { data: "bytes" },
  },
  {
    ...signed(["PUT"], "/file/upload/s3/{sessionId}/{index}", writePart),
    summary: "Upload one chunk as to S3, by a URL of the credential",
    docs: { body: "bytes", data: "xml" },
  },
  {
    ...signed(["POST"], "/file/upload/s3/{sessionId}/complete", completeParts),
    summary: "Complete an upload as at S3, by a URL of the credential",
    docs: { body: "xml", data: "xml" },
  },
  {
    who: "signed",
    methods: ["POST"],
    path: "/file/upload/remote/{sessionId}/chunk",
    run: writeNodeChunk,
    summary: "Upload one chunk as to a node, with the credential's own Authorization",
    docs: { query: schemas.nodeChunkQuery, body: "bytes", data: null },
  },
  {
    who: "signed",
    methods: ["GET", "POST"],
    path: "/callback/{type}/{sessionId}/{secret}",
    run: receiveCallback,
    summary:
      "Say that a direct upload is all there; HTTP 401 and 400 for failures. Type s3 comes by GET, type remote from the node by POST",
    docs: { data: null },
  },
  open("GET", "/site/ping", ping, "Version of the API", { data: z.string() }),
  open("GET", "/site/config/{section}", siteConfig, "Configuration of the site", {
    data: z.record(z.string(), z.unknown()),
  }),
  open("GET", "/session/prepare", prepareSession, "How somebody may sign in", {
    query: schemas.prepareQuery,
    data: answers.prepareAnswer,
  }),
  open("POST", "/session/token", signIn, "Sign in with a password", {
    body: schemas.signInBody,
    data: answers.signInAnswer,
  }),
  open("POST", "/session/token/refresh", refreshTokens, "New tokens for a refresh token", {
    body: schemas.refreshBody,
    data: answers.tokenAnswer,
  }),
  open("DELETE", "/session/token", signOut, "Sign out", { body: schemas.refreshBody, data: z.literal("") }),
];
