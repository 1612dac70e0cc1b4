import type { z } from "zod";
import type { Call } from "./call.js";
import { writeChunk } from "./chunk/write-chunk.js";
import { completeUpload } from "./complete/complete-upload.js";
import { completeBody } from "./complete/read-upload-id.js";
import { getMedia } from "./media/get-media.js";
import { chunkMedia, mediaInfo } from "./wire/answers.js";
import type { Outcome } from "./wire/outcome.js";

/** One route. `path` is relative to the mount point, without the slash that may end it; `{id}` takes one segment. */
export interface Route {
  /** Name of the verb, for generated clients. */
  readonly id: string;
  readonly methods: readonly string[];
  readonly path: string;
  readonly run: (call: Call) => Promise<Outcome>;
  readonly summary: string;
  /** For the OpenAPI document; `chunk` is the form with bytes. */
  readonly docs: { readonly body?: z.ZodType | "chunk"; readonly answer: z.ZodType; readonly status: number };
}

/** All routes; each is for callers that the server knows. */
export const routes: readonly Route[] = [
  {
    id: "createMediaChunk",
    methods: ["POST"],
    path: "/upload/chunk",
    run: writeChunk,
    summary: "Upload one chunk of an image or a document",
    docs: { body: "chunk", answer: chunkMedia, status: 201 },
  },
  {
    id: "createMediaChunkComplete",
    methods: ["POST"],
    path: "/upload/chunk/complete",
    run: completeUpload,
    summary: "Finish an upload, or see what it became",
    docs: { body: completeBody, answer: mediaInfo, status: 200 },
  },
  {
    id: "getMedia",
    methods: ["GET", "HEAD"],
    path: "/{id}",
    run: getMedia,
    summary: "What a finished upload is",
    docs: { answer: mediaInfo, status: 200 },
  },
];
