import { startCeph, cephVersion } from "@stowage/servers";
import { describeInstalled } from "./describe-installed.js";
import { cephDeviations } from "./deviations.js";

describeInstalled({
  name: "Ceph",
  known: "16.2",
  version: cephVersion(),
  start: startCeph,
  deviations: cephDeviations,
});
