import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const types: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui-standalone-preset.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/** A file of Swagger UI. */
export interface Asset {
  readonly type: string;
  /** Changes with the release. */
  readonly etag: string;
  read(): Promise<Uint8Array>;
}

/** The files that the page needs, by name; read when they are asked for, as they are two megabytes that few want. */
export function referenceAssets(): ReadonlyMap<string, Asset> {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("swagger-ui-dist/package.json");
  const { version } = require(manifest) as { readonly version: string };
  const folder = dirname(manifest);
  return new Map(
    Object.entries(types).map(([name, type]) => [
      name,
      { type, etag: `"${version}"`, read: () => readFile(join(folder, name)) },
    ]),
  );
}
