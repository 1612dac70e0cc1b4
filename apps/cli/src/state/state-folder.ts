import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where unfinished uploads are remembered: `$XDG_STATE_HOME/stowage` (XDG Base Directory Specification 0.8, where a path
 * that is not absolute does not count), by default `~/.local/state/stowage`. It need not be there.
 */
export function stateFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment["XDG_STATE_HOME"] ?? "";
  return join(isAbsolute(given) ? given : join(homedir(), ".local", "state"), "stowage");
}
