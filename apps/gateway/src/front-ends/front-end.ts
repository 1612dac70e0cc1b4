import type { Engine, Runtime } from "@stowage/core";
import type { Protocol } from "@stowage/core/http";
import type { Accounts } from "@stowage/protocol-cloudreve";
import type { SlaveRoom } from "@stowage/protocol-cloudreve/slave";
import type { z } from "zod";

/** What the gateway hands to a front-end. */
export interface FrontEndContext {
  readonly runtime: Runtime;
  /** Secret, the same in every process that shares the data folder, and after a restart. */
  readonly signingKey: string;
  readonly accounts: Accounts;
  /** `node.key`; `null`: the file has none. */
  readonly nodeKey: string | null;
  /** Whether new uploads find room here. */
  readonly room: () => Promise<SlaveRoom>;
}

/** A front-end, some of which do something by themselves as well. */
export interface RunningProtocol extends Protocol {
  /** Called once, when the gateway listens. */
  start?(engine: Pick<Engine, "as">): void;
  /** Ends that, before the engine is closed. */
  close?(): Promise<void>;
}

/** A front-end that a mount may name. */
export interface FrontEnd {
  /** Of the mount's own options, as a file gives them. */
  readonly options: z.ZodType;
  /** Path below its mount at which it serves its OpenAPI document to everybody; `null`: it has none. */
  readonly openapi: string | null;
  /** `options` as they are in the file; validated here. */
  make(options: unknown, context: FrontEndContext): RunningProtocol;
}

/** Ties the schema of a front-end's options to what makes it. */
export function frontEnd<Schema extends z.ZodType>(
  options: Schema,
  make: (options: z.output<Schema>, context: FrontEndContext) => RunningProtocol,
  openapi: FrontEnd["openapi"] = "/openapi.json",
): FrontEnd {
  return { options, openapi, make: (given, context) => make(options.parse(given), context) };
}
