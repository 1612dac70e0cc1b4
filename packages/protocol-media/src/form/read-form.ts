import { isUploadError, UploadError } from "@stowage/core";
import type { Clock } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { badRequest } from "../wire/bad-request.js";
import { boundaryOf } from "./boundary.js";
import { formParser } from "./form-parser.js";
import type { Form, FormParser, FormRules } from "./form-parser.js";

/** Headers of parts, short fields, a preamble: most bytes of a form around its file. */
const mostAround = 64 * 1024;
/** How long a form may take: it holds memory that others wait for. The server sees to those that fall silent. */
const longestMs = 120_000;

/**
 * Reads a form as it comes, holding no more than its file: a client that sends on too quickly is slowed down, and one that sends
 * on for ever is cut, as is one that trickles.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a malformed one, `CHUNK_SIZE_MISMATCH`, `INTERRUPTED` where the sender broke off
 * or takes over two minutes
 */
export async function readForm(
  exchange: Pick<HttpExchange, "body" | "header">,
  rules: FormRules,
  clock: Pick<Clock, "now">,
): Promise<Form> {
  const limit = rules.fileSize + mostAround;
  const { size } = exchange.body;
  if (size !== null && size > limit) throw tooLong(limit);
  const feeding = feeder(exchange.header("content-type") ?? "", rules);
  const end = clock.now() + longestMs;
  let count = 0;
  try {
    for await (const piece of exchange.body.stream()) {
      count += piece.byteLength;
      if (count > limit) throw tooLong(limit);
      if (clock.now() > end) throw tooSlow();
      await feeding.feed(piece);
    }
  } catch (error) {
    if (isUploadError(error)) throw error;
    throw new UploadError("INTERRUPTED", "the sender broke off", { reason: "body" }, { retry: "same", cause: error });
  }
  return feeding.end();
}

/** A parser that waits for the form's boundary first. */
function feeder(contentType: string, rules: FormRules): FormParser {
  let parser: FormParser | null = null;
  let start = new Uint8Array();
  return {
    feed: async (piece) => {
      if (parser !== null) return parser.feed(piece);
      start = joined(start, piece);
      const boundary = boundaryOf(contentType, start);
      if (boundary === null) return;
      parser = formParser(boundary, rules);
      await parser.feed(start);
    },
    end: async () => {
      if (parser === null) throw badRequest("body: no form");
      return parser.end();
    },
  };
}

function joined(start: Uint8Array, more: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(start.byteLength + more.byteLength);
  both.set(start);
  both.set(more, start.byteLength);
  return both;
}

function tooLong(limit: number): UploadError {
  return badRequest(`body: over ${limit} bytes`);
}

function tooSlow(): UploadError<"INTERRUPTED"> {
  return new UploadError("INTERRUPTED", "the form took too long", { reason: "idle" }, { retry: "same" });
}
