import { spawnSync } from "node:child_process";

/** Version of an installed Debian package without what Debian adds to it, `2.30.0`; `null`: not installed, or no Debian. */
export function debianVersion(name: string): string | null {
  const { status, stdout } = spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status} ${Version}", name], {
    encoding: "utf8",
  });
  const [, version] = /^installed (?:\d+:)?([\d.]+)/.exec(status === 0 ? stdout : "") ?? [];
  return version ?? null;
}
