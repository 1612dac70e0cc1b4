import base from "@stowage/config/jest";

/** One after the other: they measure memory and time kills, on real processes. */
export default { ...base, maxWorkers: 1 };
