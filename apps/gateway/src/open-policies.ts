import { UploadError } from "@stowage/core";
import type { CheckFinding, Runtime } from "@stowage/core";
import type { PolicyOptions } from "@stowage/core/engine";
import type { GatewayConfig } from "./config/config-schema.js";
import { policyOptions } from "./policy-options.js";
import type { ObservePolicy } from "./policy-options.js";

/** What the driver of a policy says of its backend. */
export interface PolicyFindings {
  readonly policyId: string;
  readonly driver: string;
  /** Empty: all is well, or the driver has no check. */
  readonly findings: readonly CheckFinding[];
}

/** The policies of a configuration with their drivers made, in its order; no backend has been asked yet. */
export function makePolicies(
  config: Pick<GatewayConfig, "policies">,
  runtime: Partial<Runtime>,
  observePolicy?: ObservePolicy,
): Promise<readonly PolicyOptions[]> {
  const made = Object.entries(config.policies).map(([id, settings]) =>
    policyOptions(id, settings, runtime, observePolicy),
  );
  return Promise.all(made);
}

/** Asks every driver, all at the same time, whether its backend is fit for uploads. A check that throws is a finding. */
export function checkPolicies(
  policies: readonly PolicyOptions[],
  signal: AbortSignal,
): Promise<readonly PolicyFindings[]> {
  return Promise.all(
    policies.map(async ({ id, driver }) => {
      const findings = await (driver.check?.({ signal }) ?? Promise.resolve([])).catch((error: unknown) => [
        failed(error),
      ]);
      return { policyId: id, driver: driver.name, findings };
    }),
  );
}

/**
 * Makes the policies and has each backend checked before anybody uploads. What only may go wrong is logged.
 *
 * @throws {UploadError} `OPTIONS_INVALID` with all that is wrong, each with its policy and its mend
 */
export async function openPolicies(
  config: Pick<GatewayConfig, "policies">,
  runtime: Runtime,
  observePolicy?: ObservePolicy,
): Promise<readonly PolicyOptions[]> {
  const policies = await makePolicies(config, runtime, observePolicy);
  const issues: string[] = [];
  for (const { policyId, driver, findings } of await checkPolicies(policies, new AbortController().signal)) {
    for (const { severity, subject, message, mend } of findings) {
      if (severity === "error") issues.push(`policy ${policyId} cannot be used: ${subject}: ${message}: ${mend}`);
      else runtime.log.warn({ policy: policyId, driver, subject, mend }, message);
    }
  }
  if (issues.length === 0) return policies;
  await closePolicies(policies);
  throw new UploadError("OPTIONS_INVALID", issues.join("; "), { driver: "gateway", issues });
}

/** Lets go of what drivers hold; for policies that no engine closes. */
export async function closePolicies(policies: readonly PolicyOptions[]): Promise<void> {
  await Promise.allSettled(policies.map(async ({ driver }) => driver.close?.()));
}

function failed(error: unknown): CheckFinding {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "unknown";
  return { severity: "error", subject: "check", message, mend: "see that the backend can be reached" };
}
