import type { GatewayConfig } from "./config/config-schema.js";
import { anonymousKind } from "./identity/anonymous.js";
import { isLoopback } from "./identity/loopback.js";

/** What is printed once the gateway listens: where, and how to see that it works, or that nobody can. */
export function readyText(url: string, config: GatewayConfig): string {
  const ready = `stowage is ready at ${url}\n`;
  const { host } = config.listen;
  if (config.role === "slave") return `${ready}a storage node: its master uploads here, with the key of both\n`;
  if (anonymousKind(config) !== "loopback") return ready;
  if (!isLoopback(host)) {
    return `${ready}nobody may upload but with a token: the configuration names nobody, and ${host} is not loopback\n`;
  }
  if (config.mount["/api/v4"] === undefined) return ready;
  return `${ready}try: curl -T package.json '${url}/api/v4/file/content?uri=cloudreve://my/hello.json'\n`;
}
