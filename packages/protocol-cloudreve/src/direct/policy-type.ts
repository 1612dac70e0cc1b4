import type { PolicyView, SessionView } from "@stowage/core";

/** Cloudreve's names for kinds of storage, as far as its clients hear of them here: the name tells them how to upload. */
export const policyTypes = ["local", "s3", "remote"] as const;
/** `local`: chunks go to the server that made the session. */
export type PolicyType = (typeof policyTypes)[number];

/** Drivers whose grants a client of Cloudreve can use, and the type that makes it use them. */
const typesByDriver: ReadonlyMap<string, PolicyType> = new Map([
  ["s3", "s3"],
  ["remote", "remote"],
]);

/** How clients upload to a policy. A direct one whose driver they do not know takes its bytes through us. */
export function policyType({ transfer, driver }: Pick<PolicyView, "transfer" | "driver">): PolicyType {
  return (transfer === "direct" ? typesByDriver.get(driver) : undefined) ?? "local";
}

/** What a client may do at the backend of a session itself; `local`: nothing, for the bytes come through us. */
export function grantedType(
  { transfer, policyId }: Pick<SessionView, "transfer" | "policyId">,
  policies: readonly PolicyView[],
): PolicyType {
  if (transfer === "through") return "local";
  const driver = policies.find(({ id }) => id === policyId)?.driver ?? "";
  return typesByDriver.get(driver) ?? "local";
}

/**
 * How the client of a session uploads, also after the policy's `transfer` has changed. `form`: as the client thinks, who
 * speaks one vendor's language and then gets URLs that understand it; who thinks of none does what the backend wants.
 */
export function sessionType(
  session: Pick<SessionView, "transfer" | "policyId">,
  form: PolicyType,
  policies: readonly PolicyView[],
): PolicyType {
  return form === "local" ? grantedType(session, policies) : form;
}
