import { request } from "node:http";
import type { IncomingMessage } from "node:http";

/** A request of whose body the first half was sent. */
export interface HalfChunk {
  /** Sends the rest; resolves with the answer. */
  finish(): Promise<{ readonly status: number; readonly body: { readonly [key: string]: unknown } }>;
  /** Resets the connection. */
  cut(): void;
}

/** What is sent, and by whom. */
export interface HalfSent {
  readonly method: "PUT" | "POST";
  readonly bytes: Uint8Array;
  readonly token?: string;
}

export async function sendHalf(url: string, { method, bytes, token }: HalfSent): Promise<HalfChunk> {
  const credential = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const sending = request(url, { method, headers: { "content-length": bytes.byteLength, ...credential } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once("response", resolve).once("error", reject);
  });
  answered.catch(() => {});
  sending.on("error", () => {});
  const half = Math.floor(bytes.byteLength / 2);
  await new Promise((resolve) => sending.write(bytes.subarray(0, half), resolve));
  return {
    finish: async () => {
      sending.end(bytes.subarray(half));
      const response = await answered;
      let text = "";
      for await (const piece of response) text += String(piece);
      return { status: response.statusCode ?? 0, body: JSON.parse(text) as { readonly [key: string]: unknown } };
    },
    cut: () => void sending.socket?.resetAndDestroy(),
  };
}
