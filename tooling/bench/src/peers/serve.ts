import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on any free port of loopback, and says so as the bench wants to hear it. SIGTERM ends the process. */
export function serve(server: Server): void {
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}
