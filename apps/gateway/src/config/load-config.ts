import { readFile } from "node:fs/promises";
import { UploadError } from "@stowage/core";
import { checkIdentity } from "./checks/identity.js";
import { checkCors, checkMounts } from "./checks/mounts.js";
import { checkNodes } from "./checks/nodes.js";
import { checkOwnPaths } from "./checks/own-paths.js";
import { checkPolicies } from "./checks/policies.js";
import { checkReferences } from "./checks/references.js";
import { configSchema } from "./config-schema.js";
import type { GatewayConfig } from "./config-schema.js";
import { expandVariables } from "./expand-variables.js";
import type { Environment } from "./expand-variables.js";
import { parsePart } from "./issues-to-mistakes.js";
import { printPath } from "./mistake.js";
import type { Mistake } from "./mistake.js";
import { readDocument } from "./read-document.js";
import type { ConfigDocument } from "./read-document.js";
import { withNodes } from "../nodes/with-node.js";
import { withDefaults } from "./with-defaults.js";
import type { Overrides } from "./with-defaults.js";

/** Where a configuration comes from. */
export interface ConfigSource {
  /** YAML or JSON; `null`: none, all is as it comes. */
  readonly file: string | null;
  /** For `${NAME}` in the file. Default: the process's. */
  readonly environment?: Environment;
  readonly overrides?: Overrides;
}

/**
 * Reads and checks a whole configuration. Opens and makes nothing but the file itself.
 *
 * @throws {UploadError} `OPTIONS_INVALID` with every mistake in `details.issues`, each as `path: message (line n)`
 */
export async function loadConfig({
  file,
  environment = process.env,
  overrides = {},
}: ConfigSource): Promise<GatewayConfig> {
  const text = file === null ? "" : await readText(file);
  const document = readDocument(text);
  const checked = document.mistakes.length > 0 ? document : await checkConfig(document.value, environment, overrides);
  if (!("config" in checked))
    throw refused(
      file,
      checked.mistakes.map((mistake) => print(mistake, document)),
    );
  return checked.config;
}

type Checked = { readonly config: GatewayConfig } | { readonly mistakes: readonly Mistake[] };

/** Everything that can be wrong, in one pass. */
async function checkConfig(value: unknown, environment: Environment, overrides: Overrides): Promise<Checked> {
  const expanded = expandVariables(value, environment);
  const given = withDefaults(expanded.value, { ...nodeKeyIn(environment), ...overrides });
  const parsed = parsePart(configSchema, given, []);
  const mistakes = [
    ...expanded.mistakes,
    ...(parsed.mistakes ?? []),
    ...checkReferences(given),
    ...checkNodes(given),
    ...checkIdentity(given),
    ...checkOwnPaths(given),
    ...checkMounts(given),
    ...checkCors(given),
    ...(await checkPolicies(given)),
  ];
  if (parsed.mistakes === undefined && mistakes.length === 0) return { config: withNodes(parsed.value) };
  return { mistakes: firstOfEachPlace(mistakes) };
}

/** A key is seen by nobody else in a variable; an empty variable is none. */
function nodeKeyIn({ STOWAGE_NODE_KEY: nodeKey }: Environment): Pick<Overrides, "nodeKey"> {
  return nodeKey === undefined || nodeKey === "" ? {} : { nodeKey };
}

/** What is wrong with a value because its variable is missing is not told as well. */
function firstOfEachPlace(mistakes: readonly Mistake[]): readonly Mistake[] {
  const places = new Map<string, Mistake>();
  for (const mistake of mistakes) {
    const place = printPath(mistake.path);
    if (!places.has(place)) places.set(place, mistake);
  }
  return [...places.values()];
}

function print({ path, message, line }: Mistake, document: ConfigDocument): string {
  const place = printPath(path);
  const at = line ?? document.lineOf(path);
  return `${place === "" ? "" : `${place}: `}${message}${at === null ? "" : ` (line ${at})`}`;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
    throw refused(file, [`cannot be read (${code})`]);
  }
}

function refused(file: string | null, issues: readonly string[]): UploadError<"OPTIONS_INVALID"> {
  const what = `${file ?? "configuration"}: ${issues.join("; ")}`;
  return new UploadError("OPTIONS_INVALID", what, { driver: "config", issues });
}
