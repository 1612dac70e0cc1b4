import { describeServer, sourceProgram } from "@stowage/adapters";

describeServer("Fastify", sourceProgram(import.meta.resolve("../src/upload-server.ts")), { hasOwnRoute: true });
