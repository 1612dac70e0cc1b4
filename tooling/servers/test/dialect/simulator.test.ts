import { startS3Simulator } from "@stowage/servers";
import { describeDialect } from "./describe-dialect.js";

describeDialect("the simulator", () => startS3Simulator(), {});
