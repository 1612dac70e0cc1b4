import type { Mount } from "@stowage/server";
import type { GatewayConfig } from "../config/config-schema.js";
import { knownFrontEnd } from "../known-front-end.js";
import { prefixOf } from "../mount-prefix.js";
import { referenceFrontEnd } from "./reference-front-end.js";
import type { ApiDocument } from "./reference-page.js";

/** The API reference where the file wants it; empty where it does not. */
export function referenceMounts({ docs, mount }: Pick<GatewayConfig, "docs" | "mount">): readonly Mount[] {
  if (docs === "off") return [];
  return [{ prefix: docs.path, protocol: referenceFrontEnd(documentsOf(mount)) }];
}

function documentsOf(mount: GatewayConfig["mount"]): readonly ApiDocument[] {
  return Object.entries(mount).flatMap(([given, settings]) => {
    const name = typeof settings === "string" ? settings : settings.protocol;
    const openapi = knownFrontEnd(name)?.openapi ?? null;
    const prefix = prefixOf(given);
    return openapi === null
      ? []
      : [{ name: `${name} at ${prefix || "/"}`, url: `${prefix}${openapi}`, server: prefix || "/" }];
  });
}
