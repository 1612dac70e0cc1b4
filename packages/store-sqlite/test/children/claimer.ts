import { type Durability, sqliteStore } from "../../src/index.js";
import * as sample from "../sample.js";

// Takes one claim, evicting another where one is named, says so, and holds it until it is killed.
const [path = "", durability, id = "", purpose = "write", evict = ""] = process.argv.slice(2);
const store = await sqliteStore({ path, durability: durability as Durability });
const claim = { id: "theirs", purpose, range: { start: 0, end: 10 }, wanted: false, until: Date.now() + 600_000 };
const found = await store.claim(
  id,
  claim as Parameters<typeof store.claim>[1],
  evict === "" ? [] : [evict],
  sample.options,
);
console.log(found.kind);
setInterval(() => {}, 1_000);
