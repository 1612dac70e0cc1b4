import { isUploadError } from "@stowage/core";
import type { GatewayConfig } from "./config/config-schema.js";

/** One line for whoever started the gateway: what is wrong, and what may help. */
export function startFailure(error: unknown, { listen, data }: Pick<GatewayConfig, "listen" | "data">): string {
  const { host, port } = listen;
  if (isUploadError(error)) return withCause(error.message, error.cause);
  const { code, syscall, message } = error as Partial<Record<"code" | "syscall" | "message", string>>;
  if (syscall === "listen" && code === "EADDRINUSE") {
    return `port ${port} of ${host} is taken: choose another with --port, or --port 0 for any free one`;
  }
  if (syscall === "listen" || syscall === "getaddrinfo") return `cannot listen on ${host}, port ${port}: ${code}`;
  if (code !== undefined) return `data folder ${data} cannot be used (${code}): choose another with --data`;
  return message ?? "unknown error";
}

/** For `OPTIONS_INVALID` of `loadConfig`: a line for each mistake. */
export function configFailure(error: unknown, file: string | null): string {
  if (!isUploadError(error) || error.code !== "OPTIONS_INVALID") throw error;
  const { issues } = error.details;
  const name = file ?? "the configuration";
  const [only = ""] = issues;
  if (issues.length === 1) return `${name}: ${only}`;
  return [`${name} has ${issues.length} mistakes`, ...issues.map((issue) => `  ${issue}`)].join("\n");
}

function withCause(message: string, cause: unknown): string {
  const reason = typeof cause === "object" && cause !== null && "message" in cause ? `: ${String(cause.message)}` : "";
  return `${message}${reason}`.replaceAll("\n", " ");
}
