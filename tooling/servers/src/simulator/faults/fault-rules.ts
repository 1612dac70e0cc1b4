import type { S3Operation } from "../http/operation.js";
import type { S3Fault, S3FaultEffect } from "./s3-fault.js";

/** The rules that hold, and their counts. */
export interface FaultRules {
  /** Takes the place of all rules. */
  replace(faults: readonly S3Fault[]): void;
  /** Counts the call with every rule that is about it. `null`: nothing goes wrong. Of several the first that hits counts. */
  next(operation: S3Operation, key: string): S3FaultEffect | null;
}

/** No rules at first. */
export function faultRules(): FaultRules {
  let rules: { readonly fault: S3Fault; count: number }[] = [];
  return {
    replace: (faults) => {
      rules = faults.map((fault) => ({ fault, count: 0 }));
    },
    next: (operation, key) => {
      let effect: S3FaultEffect | null = null;
      for (const rule of rules) {
        const { fault } = rule;
        const isAbout =
          (fault.operation ?? operation) === operation &&
          (fault.keyPrefix === undefined || key.startsWith(fault.keyPrefix));
        if (!isAbout) continue;
        rule.count += 1;
        if (fault.calls?.includes(rule.count) ?? true) effect ??= fault.effect;
      }
      return effect;
    },
  };
}
