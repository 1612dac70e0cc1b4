import { describeServer, sourceProgram } from "../src/index.js";

describeServer("nodeServer", sourceProgram(import.meta.resolve("./servers/node-server.ts")));
