/** An object at the backend of a policy. */
export interface ObjectRef {
  readonly policyId: string;
  readonly key: string;
}
