import { codeOf } from "./exit-code.js";
import { plainText } from "./terminal/fit-text.js";

/** One line for people: what is wrong, and what may help. */
export function failureText(error: unknown): string {
  const code = codeOf(error);
  const { message, details, cause } = (error ?? {}) as {
    readonly message?: unknown;
    readonly details?: { readonly sessionId?: unknown } | null;
    readonly cause?: unknown;
  };
  const said = typeof message === "string" && message !== "" ? message : code;
  switch (code) {
    case "NETWORK":
      return plainText(said) + reasonOf(cause);
    case "UNAUTHENTICATED":
      return "the server does not know you: it needs a token that is good there, with --token or STOWAGE_TOKEN";
    case "OBJECT_EXISTS":
      return "another file is there already: --overwrite replaces it";
    case "PATH_BUSY":
      return `another upload holds the path: wait for it, or end it with: stowage sessions abort ${plainText(String(details?.sessionId))}`;
    case "SOURCE_CHANGED":
      return "the file changed while it was read: run it again";
    case "ENOENT":
    case "EACCES":
    case "EISDIR":
    case "ENOSPC":
      return nodeTexts[code];
    default:
      return plainText(said);
  }
}

const nodeTexts = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "a folder",
  ENOSPC: "no space left on the device",
} as const;

/** What lies at the bottom: fetch wraps the reason that people know. */
function reasonOf(cause: unknown): string {
  let code = "";
  for (let at = cause; typeof at === "object" && at !== null; at = (at as { readonly cause?: unknown }).cause) {
    const { code: found } = at as { readonly code?: unknown };
    if (typeof found === "string") code = found;
  }
  return code === "" ? "" : ` (${plainText(code)})`;
}
