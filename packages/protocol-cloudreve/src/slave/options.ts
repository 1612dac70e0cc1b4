import type { CallOptions } from "@stowage/core";
import { z } from "zod";

/** Whether new uploads find room here. */
export interface SlaveRoom {
  readonly isFull: boolean;
  /** Bytes; `null` where nobody can tell. */
  readonly free: number | null;
}

/** Asked at each ping, so cheap. */
export type AskRoom = (options: CallOptions) => SlaveRoom | Promise<SlaveRoom>;

const key = z.string().min(32, "at least 32 characters");

/** Options of `cloudreveSlave`, with their defaults. */
export const slaveOptionsSchema = z.strictObject({
  /** The key that this node shares with its master; several while it is changed: the first signs, each is accepted. */
  key: z
    .union([key, z.tuple([key], key)])
    .transform((given) => (typeof given === "string" ? ([given] as const) : given)),
  /**
   * Whose files a master's uploads are in this node's catalog. Two masters are two front-ends, each with its key and owner, at
   * two origins: signatures cover the path, which is the same.
   */
  owner: z.string().min(1).default("node"),
  /** The version of Cloudreve that the node speaks; a master of another version is told so at its ping (`-pro` aside). */
  version: z
    .string()
    .regex(/^4\.\d+\.\d+$/, "a version like 4.14.0")
    .default("4.14.0"),
  /** Absent: there is always room, and nobody knows how much. */
  room: z.custom<AskRoom>((value) => typeof value === "function", "a function").optional(),
  /** How long the master may take to answer a ping that asks it back, in milliseconds. */
  pingTimeoutMs: z.int().min(1).default(10_000),
  /** How long the master may take to answer a callback, in milliseconds. */
  callbackTimeoutMs: z.int().min(1).default(20_000),
  /** How long the answer to the last chunk waits for its callback; it is delivered later all the same. In milliseconds. */
  callbackWaitMs: z.int().min(0).default(5000),
  /** Between two looks into the store for callbacks that a crash left, in milliseconds. */
  rescanMs: z.int().min(1).default(60_000),
});

/** What a composer writes: all but `key` have defaults. */
export type CloudreveSlaveOptions = z.input<typeof slaveOptionsSchema>;

/** Options with their defaults in place. */
export type SlaveSettings = z.output<typeof slaveOptionsSchema>;
