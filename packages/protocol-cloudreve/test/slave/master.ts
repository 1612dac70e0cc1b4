import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A callback as it came in. */
export interface HeardCallback {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly length: number;
}

/** A master's side of callbacks and pings, on a real port; answers as it is told to. */
export interface TestMaster {
  readonly url: string;
  readonly heard: readonly HeardCallback[];
  /** What callbacks are answered with from now on; `hang`: nothing. */
  answer: { readonly code: number } | "hang" | "html" | "cut";
  version: string;
  /** Resolves when so many callbacks have come in. */
  hears(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startMaster(port = 0): Promise<TestMaster> {
  const heard: HeardCallback[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    if (url === "/api/v4/site/ping") {
      response.end(JSON.stringify({ code: 0, data: master.version, msg: "" }));
      return;
    }
    let length = 0;
    request.on("data", (piece: Buffer) => {
      length += piece.byteLength;
    });
    request.on("end", () => {
      heard.push({ method, path: url, authorization: request.headers.authorization ?? "", length });
      for (const wake of waiting) wake();
      const { answer } = master;
      if (answer === "hang") return;
      if (answer === "cut") request.socket.destroy();
      else if (answer === "html") response.writeHead(502).end("<html>bad gateway</html>");
      else response.end(JSON.stringify({ ...answer, msg: answer.code === 0 ? "" : "no" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const master: TestMaster = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    answer: { code: 0 },
    version: "4.14.0",
    hears: async (count) => {
      while (heard.length < count) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return master;
}
