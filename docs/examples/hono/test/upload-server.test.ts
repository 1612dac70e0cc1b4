import { describeServer, sourceProgram } from "@stowage/adapters";

describeServer("Hono", sourceProgram(import.meta.resolve("../src/upload-server.ts")), { hasOwnRoute: true });
