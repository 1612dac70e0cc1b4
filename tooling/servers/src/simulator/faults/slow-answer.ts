import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { S3Answer } from "../http/s3-answer.js";

/** Between the blanks that keep the connection awake. */
const blankMs = 50;

/**
 * 200 before the outcome is known, blanks while time passes, and then the document. Status and fields of what `act` answers
 * are lost, as they are at S3.
 */
export async function slowly(
  response: ServerResponse,
  requestId: string,
  ms: number,
  act: () => Promise<S3Answer>,
): Promise<void> {
  // The blanks come from the very start, while the body is still to be read.
  const answer = act();
  response.writeHead(200, { "content-type": "application/xml", "x-amz-request-id": requestId });
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  response.write(declaration);
  for (let left = ms; left > 0; left -= blankMs) {
    await delay(Math.min(blankMs, left));
    response.write(" \n");
  }
  const { body } = await answer;
  response.end(typeof body === "string" ? body.replace(declaration, "") : "");
}
