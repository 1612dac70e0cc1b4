import type { Logger } from "@stowage/core";
import { destination, pino } from "pino";
import type { LogLevel } from "./config/config-schema.js";

/** JSON lines on stderr, so that stdout stays for people. Written at once: a line before a crash is not lost. */
export function stderrLog(level: LogLevel): Logger {
  const log = pino({ level, base: null }, destination({ dest: 2, sync: true }));
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
