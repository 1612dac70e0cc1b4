import type { S3Client } from "@aws-sdk/client-s3";
import type { S3Server } from "@stowage/servers";

/** Who is asked, and by whom. */
export interface Subject {
  readonly server: S3Server;
  /** With the SDK's defaults: a CRC32 with everything. */
  readonly checking: S3Client;
  /** With checksums where the API requires them, and nowhere else. */
  readonly plain: S3Client;
}

/** One question about the dialect. */
export interface DialectCase {
  readonly id: string;
  /** What S3 lets one observe. */
  readonly s3: string;
  /** Uses keys that begin with `id`, and no others. */
  observe(subject: Subject): Promise<string>;
}

/** What a call came to: `ok`, or what `show` makes of its result; `STATUS CODE` where it was refused. */
export async function outcome<Result>(call: Promise<Result>, show?: (result: Result) => string): Promise<string> {
  try {
    const result = await call;
    return show === undefined ? "ok" : show(result);
  } catch (error) {
    return refusalText(error);
  }
}

function refusalText(error: unknown): string {
  const { name, $metadata, cause } = error as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
    cause?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  if (status === undefined) throw error ?? cause;
  // Names that the SDK makes up where no document came.
  const code =
    name === "NotFound" || name === "Unknown" || name === "UnknownError" || name === String(status) ? "" : name;
  return `${status} ${code ?? ""}`.trim();
}

/** The same of a plain response: `STATUS`, with the code of an error. */
export async function statusOf(response: Response | Promise<Response>): Promise<string> {
  const { status, ok, text } = await (async () => {
    const answer = await response;
    return { status: answer.status, ok: answer.ok, text: await answer.text() };
  })();
  const [, code] = /<Code>([^<]*)<\/Code>/.exec(text) ?? [];
  return ok || code === undefined ? String(status) : `${status} ${code}`;
}

const MiB = 1024 * 1024;

/** 5 MiB: the least that a part may have that is not the last. */
export const whole = Buffer.alloc(5 * MiB, "a part that is large enough. ");
/** 1 MiB, other bytes. */
export const rest = Buffer.alloc(MiB, "the last part");
