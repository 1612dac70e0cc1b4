import type { Subject } from "../kit/conformance-case.js";
import type { DriverFixture } from "./driver-fixture.js";

/** A driver that is put to the test, with the means to set it up anew for each case. */
export type DriverSubject = Subject<DriverFixture>;
