import type { Xhr } from "../platform.js";
import type { Answer, Outgoing } from "./exchange.js";

/** By XMLHttpRequest, the only one that tells how far a body is. Rejects where there is no answer. */
export function sendXhr(request: Xhr, { method, url, headers, body, signal, onSent }: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded }) => onSent?.(loaded);
    request.onloadend = () => {
      const { status, responseText } = request;
      if (status === 0) return reject(new TypeError("no answer"));
      resolve({ status, header: (name) => request.getResponseHeader(name), text: responseText });
    };
    request.open(method, url);
    for (const name in headers) request.setRequestHeader(name, headers[name] ?? "");
    // The signal is this request's own.
    signal.onabort = () => request.abort();
    if (signal.aborted) return reject(new TypeError("no answer"));
    request.send(body);
  });
}
