import type { Engine, Logger } from "@stowage/core";
import { frontDoor } from "../src/front-door.js";
import type { FrontDoor, FrontDoorOptions } from "../src/front-door.js";
import { echoProtocol } from "./echo-protocol.js";
import type { Seen } from "./echo-protocol.js";

/** One line of the log. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** No route of the tests reaches the engine. */
export const noEngine: Pick<Engine, "as"> = {
  as: () => {
    throw new TypeError("the engine is not part of these tests");
  },
};

/** The echo protocol under `/e`, and what was logged. */
export function testDoor(options: Partial<FrontDoorOptions> = {}): {
  readonly door: FrontDoor;
  readonly seen: Seen;
  readonly lines: Line[];
} {
  const lines: Line[] = [];
  const at =
    (level: string): Logger["info"] =>
    (fields, message) =>
      void lines.push({ level, message, fields });
  const log: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const { protocol, seen } = echoProtocol();
  const door = frontDoor({ engine: noEngine, mounts: [{ prefix: "/e", protocol }], runtime: { log }, ...options });
  return { door, seen, lines };
}
