import type { Subject } from "../kit/conformance-case.js";
import type { StoreFixture } from "./store-fixture.js";

/** A store that is put to the test, with the means to make it anew, empty, for each case. */
export type StoreSubject = Subject<StoreFixture>;
