import type { ServerResponse } from "node:http";
import type { S3Request } from "../http/s3-request.js";

/** Reads that many bytes of the body, or all if it has fewer, and resets the connection. */
export async function cutBody(request: S3Request, response: ServerResponse, bytes: number): Promise<void> {
  let seen = 0;
  for await (const piece of request.body()) {
    seen += piece.byteLength;
    if (seen >= bytes) break;
  }
  response.req.socket.resetAndDestroy();
}
