import type { Runtime, StorageDriver } from "@stowage/core";
import type { RemoteOptions } from "@stowage/driver-remote";
import { z } from "zod";

/** What a policy of the file says of its node; where that is stands under `nodes`. */
const fileOptions = z.strictObject({
  node: z.string().meta({ description: "Which of `nodes` stores the bytes." }),
});

/** A policy's options with its node's in them. */
export type NodeOptions = { readonly node: string } & RemoteOptions;

type Make = (options: unknown, runtime?: Partial<Runtime>) => StorageDriver;

/** For rehearsals, which look at a policy by itself: nobody is there, and nobody is asked. */
const nobody = { url: "http://node.invalid", key: "0".repeat(32) };

/** `remote` as a file has it: by the name of a node. It is made from options that `withNode` has completed. */
export function nodeDriver(remote: (options: RemoteOptions, runtime?: Partial<Runtime>) => StorageDriver): Make & {
  readonly driver: string;
  readonly schema: z.ZodType;
} {
  const make: Make = (given, runtime) => {
    const { node: _, ...options } = given as NodeOptions;
    return remote({ ...nobody, ...options }, runtime);
  };
  return Object.assign(make, { driver: "remote", schema: fileOptions });
}
