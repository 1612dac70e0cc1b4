import type { PolicyView, SessionView } from "@stowage/core";

/** Cloudreve's names for kinds of storage, as far as its clients hear of them here: the name tells them how to upload. */
export const policyTypes = ["local", "s3"] as const;
/** `local`: chunks go to the server that made the session. */
export type PolicyType = (typeof policyTypes)[number];

/** Drivers whose grants a client of Cloudreve can use, and the type that makes it use them. */
const typesByDriver: ReadonlyMap<string, PolicyType> = new Map([["s3", "s3"]]);

/** How clients upload to a policy. A direct one whose driver they do not know takes its bytes through us. */
export function policyType({ transfer, driver }: Pick<PolicyView, "transfer" | "driver">): PolicyType {
  return (transfer === "direct" ? typesByDriver.get(driver) : undefined) ?? "local";
}

/** How the client of a session uploads, also after the policy's `transfer` has changed. `form`: as the client thinks. */
export function sessionType(
  { transfer, policyId }: Pick<SessionView, "transfer" | "policyId">,
  form: PolicyType,
  policies: readonly PolicyView[],
): PolicyType {
  if (transfer === "through") return form;
  const driver = policies.find(({ id }) => id === policyId)?.driver ?? "";
  return typesByDriver.get(driver) ?? form;
}
