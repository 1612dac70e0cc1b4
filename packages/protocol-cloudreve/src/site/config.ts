import type { Call } from "../call.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";

/** `GET /site/config/{section}`: what there is to configure of a site; an unknown section is `basic`. */
export async function siteConfig({ parts, settings }: Call): Promise<Outcome> {
  switch (parts[0]) {
    case "login":
      return done({ register_enabled: false });
    case "explorer":
      return done({ max_batch_size: 3000 });
    case "emojis":
    case "app":
    case "thumb":
      return done({});
    default:
      return done({ title: settings.title });
  }
}
