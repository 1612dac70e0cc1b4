import { UploadError } from "@stowage/core";
import type { CheckFinding, Runtime } from "@stowage/core";
import type { PolicyOptions } from "@stowage/core/engine";
import type { GatewayConfig } from "./config/config-schema.js";
import { isAway } from "./is-away.js";
import { policyOptions } from "./policy-options.js";
import type { ObservePolicy } from "./policy-options.js";

/** What the driver of a policy says of its backend. */
export interface PolicyFindings {
  readonly policyId: string;
  readonly driver: string;
  /** The relay that takes what the driver could not take as it comes; `null`: there is none. */
  readonly relay: string | null;
  /** Empty: all is well, or the driver has no check. */
  readonly findings: readonly CheckFinding[];
}

/** What of a configuration policies are made from. */
export type PolicyConfig = Pick<GatewayConfig, "policies" | "data">;

/** The policies of a configuration with their drivers made, in its order; no backend has been asked yet. */
export function makePolicies(
  { policies, data }: PolicyConfig,
  runtime: Partial<Runtime>,
  observePolicy?: ObservePolicy,
): Promise<readonly PolicyOptions[]> {
  const means = { runtime, data, ...(observePolicy === undefined ? {} : { observePolicy }) };
  return Promise.all(Object.entries(policies).map(([id, settings]) => policyOptions(id, settings, means)));
}

/** Subject of what `@stowage/driver-remote` finds about the way from a node to us. */
const wayBack = "siteUrl";

/** Asks every driver, all at the same time, whether its backend is fit for uploads. A check that throws is a finding. */
export function checkPolicies(
  policies: readonly PolicyOptions[],
  signal: AbortSignal,
): Promise<readonly PolicyFindings[]> {
  return Promise.all(
    policies.map(async ({ id, driver, relayed }) => {
      // A relay asks what is behind it as well.
      const findings = await ((relayed ?? driver).check?.({ signal }) ?? Promise.resolve([])).catch(
        (error: unknown) => [failed(error)],
      );
      return { policyId: id, driver: driver.name, relay: relayed?.name ?? null, findings };
    }),
  );
}

/**
 * Makes the policies and has each backend checked before anybody uploads. What only may go wrong is logged.
 *
 * @throws {UploadError} `OPTIONS_INVALID` with all that is wrong, each with its policy and its mend
 */
export async function openPolicies(
  config: PolicyConfig,
  runtime: Runtime,
  observePolicy?: ObservePolicy,
): Promise<readonly PolicyOptions[]> {
  const policies = await makePolicies(config, runtime, observePolicy);
  const issues: string[] = [];
  const { signal } = new AbortController();
  for (const [at, found] of (await checkPolicies(policies, signal)).entries()) {
    const { policyId, driver } = found;
    const { findings, isFatal } = await judge(policies[at], found, signal);
    for (const { severity, subject, message, mend } of findings) {
      // Nobody reaches a gateway that does not listen yet.
      if (subject === wayBack) continue;
      if (isFatal && severity === "error")
        issues.push(`policy ${policyId} cannot be used: ${subject}: ${message}: ${mend}`);
      else runtime.log.warn({ policy: policyId, driver, subject, mend }, message);
    }
  }
  for (const { id, relayed } of policies)
    if (relayed !== undefined)
      runtime.log.info({ policy: id, driver: relayed.name }, "uploads that clients cut go through a relay");
  if (issues.length === 0) return policies;
  await closePolicies(policies);
  throw new UploadError("OPTIONS_INVALID", issues.join("; "), { driver: "gateway", issues });
}

/** What counts of the findings. `isFatal`: the backend is there, and not fit for uploads. */
async function judge(
  policy: PolicyOptions | undefined,
  found: PolicyFindings,
  signal: AbortSignal,
): Promise<Pick<PolicyFindings, "findings"> & { readonly isFatal: boolean }> {
  const { findings } = found;
  const isBroken = findings.some(isError);
  if (policy?.driver.ping === undefined) return { findings, isFatal: isBroken };
  if (!isBroken || (await isAway(policy.driver, { signal }))) return { findings, isFatal: false };
  // It was away when it was checked, and came back meanwhile.
  const [again = found] = await checkPolicies([policy], signal);
  const isFatal = again.findings.some(isError) && !(await isAway(policy.driver, { signal }));
  return { findings: again.findings, isFatal };
}

/** Lets go of what drivers hold; for policies that no engine closes. */
export async function closePolicies(policies: readonly PolicyOptions[]): Promise<void> {
  await Promise.allSettled(policies.map(async ({ driver, relayed }) => (relayed ?? driver).close?.()));
}

function isError({ severity }: CheckFinding): boolean {
  return severity === "error";
}

function failed(error: unknown): CheckFinding {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "unknown";
  return { severity: "error", subject: "check", message, mend: "see that the backend can be reached" };
}
