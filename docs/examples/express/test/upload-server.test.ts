import { describeServer, sourceProgram } from "@stowage/adapters";

describeServer("Express", sourceProgram(import.meta.resolve("../src/upload-server.ts")), { hasOwnRoute: true });
