import type { OwnCall } from "../call.js";
import { printFile } from "../files/file-response.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkNewPath } from "../wire/names.js";
import { checkFields } from "../wire/read-json.js";
import { putContentQuery } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { sizedBody } from "./body-length.js";
import { conflictRule } from "./conflict-rule.js";
import { readDigest } from "./digest-header.js";
import { mediaTypeOf } from "./media-type.js";
import { storeWhole } from "./store-whole.js";
import { makeWireFacts } from "./wire-facts.js";

/** `PUT /file/content`: makes or replaces a small file with one body. */
export async function putContent(call: OwnCall): Promise<Outcome> {
  const { exchange, settings } = call;
  const { uri, previous } = checkFields(putContentQuery, Object.fromEntries(exchange.url.searchParams));
  const path = ownPath(uri, call.owner);
  if (path === "/") return failed(40004, "the root is a folder");
  checkNewPath(path);
  const body = sizedBody(exchange);
  if (body.size > settings.maxContentSize) {
    return failed(40049, `file too large: at most ${settings.maxContentSize} bytes in one request`);
  }
  const file = {
    path,
    wire: makeWireFacts(uri, exchange.header("x-cr-purchase-ticket")),
    contentType: mediaTypeOf(null, path),
    ...(await conflictRule(call, path, { entity_type: "version", previous })),
  };
  return done(printFile(await storeWhole(call, file, body, readDigest(exchange))));
}
