import { bytes, type CallOptions, type CheckFinding } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { directName } from "../keys.js";
import { blobUrl } from "../wire/send.js";
import { doubtful, reasonOf } from "./finding.js";

/** Asks the service what a browser asks before it sends a block, for each origin. */
export async function checkOrigins(context: AzureContext, options: CallOptions): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for (const origin of context.settings.origins) {
    const problem = await preflight(context, origin, options).catch((error: unknown) => {
      if (options.signal.aborted) throw error;
      return `no answer to the preflight: ${reasonOf(error)}`;
    });
    if (problem !== null) findings.push(doubtful("CORS", `pages at ${origin}: ${problem}`, mend(context)));
  }
  return findings;
}

/** `null`: all is well. */
async function preflight(context: AzureContext, origin: string, options: CallOptions): Promise<string | null> {
  const { account, runtime, settings } = context;
  const endpoint = settings.directEndpoint?.replace(/\/+$/, "") ?? account.endpoint;
  const url = blobUrl(endpoint, settings.container, directName(settings.prefix, "cors"), ["comp=block"]);
  const headers = { origin, "access-control-request-method": "PUT" };
  const answer = await runtime.http({ method: "OPTIONS", url, headers }, options);
  await bytes(answer.body, 64 * 1024).catch(() => {});
  const allowed = answer.headers["access-control-allow-origin"];
  if (answer.status >= 300 || (allowed !== "*" && allowed !== origin)) return `refused (${answer.status})`;
  const methods = (answer.headers["access-control-allow-methods"] ?? "").toLowerCase();
  return methods.split(",").some((method) => method.trim() === "put") ? null : "PUT is not allowed";
}

function mend({ account: { name }, settings: { origins } }: AzureContext): string {
  const list = origins.map((origin) => `'${origin}'`).join(" ");
  return `az storage cors add --services b --methods PUT GET HEAD --origins ${list} --allowed-headers '*' --exposed-headers '*' --max-age 3600 --account-name ${name}`;
}
