import { createServer, type Server } from "node:http";

/** Loses track of a promise at every request, and listens for such itself, as frameworks do. */
export async function uploadServer(): Promise<Server> {
  process.on("unhandledRejection", () => {});
  return createServer((_request, response) => {
    void Promise.reject(new TypeError("nobody caught this"));
    response.end("fine");
  });
}
