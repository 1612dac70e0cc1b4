import { local } from "@stowage/driver-local";

/** All drivers that a policy may name. A new driver is one line here. */
export const drivers = {
  local,
};
