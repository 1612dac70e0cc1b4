import { startSwift, swiftVersion } from "@stowage/servers";
import { describeInstalled } from "./describe-installed.js";
import { swiftDeviations } from "./deviations.js";

describeInstalled({
  name: "OpenStack Swift",
  known: "2.30",
  version: swiftVersion(),
  start: startSwift,
  deviations: swiftDeviations,
});
