import type { DriverFactory } from "@stowage/core";
import type { z } from "zod";
import { drivers } from "./registry.js";

/** A driver of the registry, its options not being known to the compiler. */
export type KnownDriver = Pick<DriverFactory<unknown>, "driver"> & {
  (...given: Parameters<DriverFactory<unknown>>): ReturnType<DriverFactory<unknown>>;
  /** Of zod, from which the JSON Schema for editors is made as well. */
  readonly schema: z.ZodType;
};

/** The names that a policy's `driver` may have. */
export const driverNames: readonly string[] = Object.keys(drivers);

/** `null`: the registry has none of this name. */
export async function knownDriver(name: string): Promise<KnownDriver | null> {
  if (!Object.hasOwn(drivers, name)) return null;
  return (await drivers[name]?.()) as KnownDriver;
}
