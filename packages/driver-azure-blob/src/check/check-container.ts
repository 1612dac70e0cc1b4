import type { CallOptions, CheckFinding } from "@stowage/core";
import type { AzureContext } from "../context.js";
import type { Failure } from "../errors.js";
import { broken, doubtful, reasonOf } from "./finding.js";
import { reach } from "./reach.js";

/** Shared keys are good for 15 minutes either way; from here on somebody should look at the clock. */
const mostSkewMs = 5 * 60 * 1000;

/** Endpoint, credentials, container and clock, by one request. */
export async function checkContainer(context: AzureContext, options: CallOptions): Promise<readonly CheckFinding[]> {
  try {
    const { failure, behindMs } = await reach(context, options);
    if (failure !== null) return [explain(context, failure, behindMs)];
    if (Math.abs(behindMs) < mostSkewMs) return [];
    const message = `it is ${Math.round(Math.abs(behindMs) / 1000)} s ${behindMs > 0 ? "behind" : "ahead of"} the service's`;
    return [doubtful("clock", message, "run NTP: from 15 minutes on the service refuses every request")];
  } catch (error) {
    if (options.signal.aborted) throw error;
    const mend = "see that endpoint, network and credentials are right";
    return [broken("endpoint", `no answer: ${reasonOf(error)}`, mend)];
  }
}

function explain(
  { settings: { container }, account: { name } }: AzureContext,
  { status, code, requestId }: Failure,
  behindMs: number,
): CheckFinding {
  const told = `${code ?? "refused"} (${status}${requestId === null ? "" : `, request ${requestId}`})`;
  if (code === "ContainerNotFound")
    return broken(
      "container",
      `there is none of the name ${container}`,
      `make it: az storage container create --name ${container} --account-name ${name}`,
    );
  if (status === 401 || status === 403) {
    if (Math.abs(behindMs) >= mostSkewMs)
      return broken("clock", `ours is ${Math.round(Math.abs(behindMs) / 1000)} s off the service's`, "run NTP");
    return broken(
      "credentials",
      told,
      "give a key, SAS or credential that the account knows, that has not run out, and that may do what the README lists",
    );
  }
  return broken("container", told, "see that endpoint, account and container belong together");
}
