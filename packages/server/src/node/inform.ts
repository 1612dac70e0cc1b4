import { STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Sends an informational response. Node has a call for 100, 102 and 103 only, so this goes to the socket, which is
 * the response's while nothing was sent: before that (a pipelined request) and after it nothing happens.
 *
 * @throws {TypeError} for a status outside 100 to 199 but for 101, and for a field that Node would refuse
 */
export function inform(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  if (!Number.isInteger(status) || status < 100 || status > 199 || status === 101)
    throw new TypeError(`${status} is not informational`);
  const fields = Object.entries(headers).map(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  const { socket } = response;
  if (response.headersSent || socket === null || !socket.writable) return;
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Information"}\r\n${fields.join("")}\r\n`, "latin1");
}

/** HTTP/1.0 knows no informational responses. */
export function canInform({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor === 1 && httpVersionMinor >= 1;
}
