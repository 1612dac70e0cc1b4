import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { driverKit } from "../src/driver/driver-kit.js";
import { storeKit } from "../src/store/store-kit.js";

const file = new URL("../CASES.md", import.meta.url);

function section(title: string, cases: readonly { readonly id: string; readonly says: string }[]): string {
  return [`## ${title}`, "", ...cases.map(({ id, says }) => `- \`${id}\`: ${says}`), ""].join("\n");
}

test("CASES.md lists every case; STOWAGE_WRITE_CASES=1 writes it", async () => {
  const list = `# Cases\n\n${section("Drivers", driverKit.cases)}\n${section("Stores", storeKit.cases)}`;
  if (process.env["STOWAGE_WRITE_CASES"] === "1") await writeFile(file, list);
  expect(await readFile(file, "utf8")).toBe(list);
});
