import type { Outcome } from "../wire/envelope.js";
import type { RoutePattern } from "../match-route.js";
import type { SignaturePlace } from "./authorize.js";
import { fileMeta } from "./files/file-meta.js";
import { getContent } from "./files/get-content.js";
import { listFiles } from "./files/list-files.js";
import { removeFiles } from "./files/remove-files.js";
import { ping } from "./ping.js";
import type { SlaveCall } from "./slave-call.js";
import { cancelSession } from "./upload/cancel-session.js";
import { completeSession } from "./upload/complete-session.js";
import { openSession } from "./upload/open-session.js";
import { sessionStatus } from "./upload/session-status.js";
import { writeChunk } from "./upload/write-chunk.js";

/** One route of a node. */
export interface SlaveRoute extends RoutePattern {
  readonly signature: SignaturePlace;
  /** HTTP status of failures; absent: 200, as masters expect. `asked`: what a client asks for in the query. */
  readonly failures?: "asked" | 400;
  readonly run: (call: SlaveCall) => Promise<Outcome>;
}

/** All routes, below `/api/v4/slave`. No two match the same request. */
export const slaveRoutes: readonly SlaveRoute[] = [
  { methods: ["POST"], path: "/ping", signature: "header", run: ping },
  { methods: ["PUT"], path: "/upload", signature: "header", run: openSession },
  {
    methods: ["POST"],
    path: "/upload/{sessionId}",
    signature: "header",
    failures: "asked",
    crossOrigin: true,
    run: writeChunk,
  },
  { methods: ["POST"], path: "/upload/{sessionId}/complete", signature: "header", run: completeSession },
  { methods: ["GET"], path: "/upload/{sessionId}", signature: "url", run: sessionStatus },
  { methods: ["DELETE"], path: "/upload/{sessionId}", signature: "url", run: cancelSession },
  {
    methods: ["GET", "HEAD"],
    path: "/file/content/{nodeId}/{path}/{speed}/{name}",
    signature: "url",
    failures: 400,
    crossOrigin: true,
    run: getContent,
  },
  { methods: ["GET"], path: "/file/list", signature: "url", run: listFiles },
  { methods: ["GET"], path: "/file/meta/{path}/{extension}", signature: "url", run: fileMeta },
  // In the URL alone, as Cloudreve has it, the signature would not cover which files.
  { methods: ["DELETE"], path: "/file", signature: "either", run: removeFiles },
];
