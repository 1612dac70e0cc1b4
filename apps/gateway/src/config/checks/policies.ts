import { isUploadError } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { memoryStore } from "@stowage/core/memory";
import { driverNames, knownDriver } from "../../known-driver.js";
import { policyOptions } from "../../policy-options.js";
import { driverOptions } from "../driver-options.js";
import { parsePart } from "../issues-to-mistakes.js";
import type { ConfigPath, Mistake } from "../mistake.js";
import { policySchema } from "../sections/policies.js";
import { didYouMean } from "../suggest.js";
import { entriesOf, valueAt } from "./raw.js";

/** Drivers that are not there, what they say of their options, and what the engine says of each policy. */
export async function checkPolicies(config: unknown): Promise<readonly Mistake[]> {
  const policies = entriesOf(valueAt(config, "policies"));
  const found = policies.map(async ([id, settings]) => {
    const path = ["policies", id];
    const mistakes = await checkDriver(settings, path);
    return mistakes.length > 0 ? mistakes : rehearse(id, settings, path);
  });
  return (await Promise.all(found)).flat();
}

async function checkDriver(settings: unknown, path: ConfigPath): Promise<readonly Mistake[]> {
  const name = valueAt(settings, "driver");
  if (typeof name !== "string") return [];
  const driver = await knownDriver(name);
  if (driver === null) {
    const message = `no driver of this name: there is ${driverNames.join(", ")}${didYouMean(name, driverNames)}`;
    return [{ path: [...path, "driver"], message }];
  }
  const options = driverOptions(driver, valueAt(settings, "options") ?? {});
  return parsePart(driver.schema, options, [...path, "options"]).mistakes ?? [];
}

/** What the engine has against a policy it says when it is made; here over a store in memory, and nothing is opened. */
async function rehearse(id: string, settings: unknown, path: ConfigPath): Promise<readonly Mistake[]> {
  const parsed = parsePart(policySchema, settings, path);
  if (parsed.mistakes !== undefined) return [];
  try {
    const policy = await policyOptions(id, parsed.value, { runtime: {}, data: "." });
    const engine = createEngine({
      store: memoryStore(),
      policies: [policy],
      timing: { sweepEveryMs: 0, pingEveryMs: 0 },
    });
    await engine.close();
    return [];
  } catch (error) {
    return issuesOf(error).map((issue) => asMistake(issue, path));
  }
}

/** The issues that came with `OPTIONS_INVALID`; rethrows anything else. */
export function issuesOf(error: unknown): readonly string[] {
  if (isUploadError(error) && error.code === "OPTIONS_INVALID") return error.details.issues;
  throw error;
}

/** An issue `path: message` in the words of code, as a mistake in those of the file. */
export function asMistake(issue: string, at: ConfigPath): Mistake {
  const [, where = "", message = issue] = /^([\w.]+): (.*)$/s.exec(inFileWords(issue)) ?? [];
  return { path: where === "" ? at : [...at, ...where.split(".")], message };
}

function inFileWords(issue: string): string {
  return issue
    .replaceAll(/\b([a-z]+(?:[A-Z][a-z]+)*)Ms\b/g, "$1")
    .replace(/^accept\.names\./, "accept.")
    .replace(/^(accept\.pattern)\.regexp/, "$1");
}
