#!/usr/bin/env node
import { runGateway } from "./run-gateway.js";

await runGateway(process.argv.slice(2));
