import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TypeDocOptions } from "typedoc";

/** Of the repository. */
export const root = join(import.meta.dirname, "../../..");

/** What the reference is made of, and what of it must hold. `out`: folder that it is written to. */
export function referenceOptions(out: string): TypeDocOptions {
  return {
    name: "Stowage",
    readme: "none",
    entryPoints: documentedPackages().flatMap(entryPoints),
    tsconfig: join(import.meta.dirname, "../tsconfig.sources.json"),
    out,
    basePath: root,
    displayBasePath: root,
    // Types are checked by the compiler that builds.
    skipErrorChecking: true,
    disableSources: true,
    excludePrivate: true,
    includeVersion: false,
    hideGenerator: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: false },
  } as unknown as TypeDocOptions;
}

function documentedPackages(): readonly string[] {
  const packages = readdirSync(join(root, "packages"), { withFileTypes: true });
  return [...packages.filter((entry) => entry.isDirectory()).map(({ name }) => join("packages", name)), "apps/gateway"];
}

interface Manifest {
  readonly exports?: Readonly<Record<string, string | { readonly "@stowage/source"?: string }>>;
}

/** The sources of everything that a package lets others import; none of one that is only begun. */
function entryPoints(folder: string): readonly string[] {
  const manifest = join(root, folder, "package.json");
  const { exports = {} } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
  return Object.values(exports).flatMap((target) => {
    const source = typeof target === "string" ? undefined : target["@stowage/source"];
    return source === undefined ? [] : [join(root, folder, source)];
  });
}
