// Loaded with --import before a server of whatever framework. Frameworks listen for unhandled rejections themselves, so a
// quiet stderr of theirs proves nothing: ours says each on a line that nobody else writes.
import { writeSync } from "node:fs";

const report = (kind, error) => writeSync(2, `UNCAUGHT ${kind}: ${error?.stack ?? String(error)}\n`);
process.on("uncaughtExceptionMonitor", (error, origin) => report(origin, error));
process.on("unhandledRejection", (error) => report("unhandledRejection", error));
