import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";
import { createServer } from "node:http";
import { serve } from "./serve.js";

// As its documentation sets it up: no locks shared between processes, no checksums.
const tus = new Server({
  path: "/files",
  relativeLocation: true,
  datastore: new FileStore({ directory: process.argv[2] ?? "." }),
});
serve(createServer((request, response) => void tus.handle(request, response)));
