import { UploadFailure } from "../failure.js";
import type { UploadOptions } from "../options.js";
import { failureOf, parse } from "./failure-of.js";
import { send } from "./send.js";
import type { Body, Outgoing, Send } from "./exchange.js";

/** Requests to the server's native front-end. */
export interface Api {
  /**
   * The JSON of a success; an object even where there is none.
   *
   * @throws {UploadFailure} whatever the server says; `NETWORK`, `BAD_ANSWER`
   */
  call(
    method: string,
    path: string,
    body: Body | object | undefined,
    request: Pick<Outgoing, "signal" | "onSent">,
  ): Promise<Record<string, unknown>>;
}

/** At the mount point, with the token and fields that the application gave. */
export function apiOf({ to, token, headers }: Pick<UploadOptions, "to" | "token" | "headers">, own?: Send): Api {
  const base = to.replace(/\/+$/, "");
  const fields = async (): Promise<Record<string, string>> => {
    const bearer = typeof token === "function" ? await token() : token;
    return { ...headers, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) };
  };
  return {
    call: async (method, path, body, request) => {
      // Of bytes in whatever form, and of nothing that becomes JSON.
      const isBytes = body !== undefined && "slice" in body;
      const answer = await send(
        {
          ...request,
          method,
          url: base + path,
          headers: { ...(await fields()), "content-type": isBytes ? "application/octet-stream" : "application/json" },
          body: isBytes ? (body as Body) : JSON.stringify(body),
        },
        own,
      );
      const { status } = answer;
      if (status === 204) return {};
      if (status >= 300) throw failureOf(answer);
      const data = parse(answer.text);
      // A page of a captive portal, or of a proxy, says 200 too. Browsers say 0 of a redirection.
      if (data === null) throw new UploadFailure("BAD_ANSWER", "no JSON", { status, retryable: status > 0 });
      return data;
    },
  };
}
