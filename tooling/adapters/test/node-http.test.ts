import { describeServer, sourceProgram } from "../src/index.js";

describeServer("node:http", sourceProgram(import.meta.resolve("./servers/node-http.ts")));
