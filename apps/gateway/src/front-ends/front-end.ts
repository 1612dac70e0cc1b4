import type { Runtime } from "@stowage/core";
import type { Protocol } from "@stowage/core/http";
import type { Accounts } from "@stowage/protocol-cloudreve";
import type { z } from "zod";

/** What the gateway hands to a front-end. */
export interface FrontEndContext {
  readonly runtime: Runtime;
  /** Secret, the same in every process that shares the data folder, and after a restart. */
  readonly signingKey: string;
  readonly accounts: Accounts;
}

/** A front-end that a mount may name. */
export interface FrontEnd {
  /** Of the mount's own options, as a file gives them. */
  readonly options: z.ZodType;
  /** Path below its mount at which it serves its OpenAPI document to everybody; `null`: it has none. */
  readonly openapi: string | null;
  /** `options` as they are in the file; validated here. */
  make(options: unknown, context: FrontEndContext): Protocol;
}

/** Ties the schema of a front-end's options to what makes it. */
export function frontEnd<Schema extends z.ZodType>(
  options: Schema,
  make: (options: z.output<Schema>, context: FrontEndContext) => Protocol,
  openapi: FrontEnd["openapi"] = "/openapi.json",
): FrontEnd {
  return { options, openapi, make: (given, context) => make(options.parse(given), context) };
}
