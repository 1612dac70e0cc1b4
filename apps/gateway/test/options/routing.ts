import { expect } from "@jest/globals";
import { open, run } from "../running-gateway.js";
import type { Parts } from "../running-gateway.js";
import { aliceToken, bobToken, people, policies } from "./proof.js";
import type { Proofs } from "./proof.js";

interface Sent {
  readonly path?: string;
  readonly size?: number;
  readonly contentType?: string;
  readonly token?: string;
}

/** The policies that uploads go to where `when` leads to `b`; without a match it is `a`. */
async function routed(when: Parts, ...uploads: readonly Sent[]): Promise<readonly unknown[]> {
  const { url } = await run((folder) => ({ ...people, policies: policies(folder), routing: [{ when, use: "b" }] }));
  return Promise.all(
    uploads.map(async ({ path = `/x/${Math.random()}`, size = 1, contentType = "text/plain", token = aliceToken }) => {
      return (await open(url, path, size, { contentType }, { token })).body["policy"];
    }),
  );
}

export const routingProofs: Proofs = {
  "routing[].when.owners": async () => {
    expect(await routed({ owners: ["alice"] }, { token: aliceToken }, { token: bobToken })).toEqual(["b", "a"]);
  },
  "routing[].when.groups": async () => {
    expect(await routed({ groups: ["staff"] }, { token: aliceToken }, { token: bobToken })).toEqual(["b", "a"]);
  },
  "routing[].when.path": async () => {
    expect(await routed({ path: "/videos" }, { path: "/videos/a/b" }, { path: "/videos2" })).toEqual(["b", "a"]);
  },
  "routing[].when.contentType": async () => {
    const types = ["video/mp4", "image/png"].map((contentType) => ({ contentType }));
    expect(await routed({ contentType: "video/*" }, ...types)).toEqual(["b", "a"]);
    expect(await routed({ contentType: "image/png" }, ...types)).toEqual(["a", "b"]);
  },
  "routing[].when.minSize": async () => {
    expect(await routed({ minSize: "1 KiB" }, { size: 1024 }, { size: 1023 })).toEqual(["b", "a"]);
  },
  "routing[].when.maxSize": async () => {
    expect(await routed({ maxSize: "1 KiB" }, { size: 1024 }, { size: 1025 })).toEqual(["b", "a"]);
  },
  "routing[].use": async () => {
    const usedOf = async (use: unknown): Promise<readonly unknown[]> => {
      const { url } = await run((folder) => ({ policies: policies(folder), routing: [{ use }] }));
      const all = await Promise.all(Array.from({ length: 60 }, (_, index) => open(url, `/${index}`, 1)));
      return all.map(({ body }) => body["policy"]);
    };
    expect(new Set(await usedOf("b"))).toEqual(new Set(["b"]));
    expect(new Set(await usedOf({ a: 0, b: 1 }))).toEqual(new Set(["b"]));
    const spread = await usedOf({ a: 1, b: 2 });
    // Of sixty draws with these odds, fewer than one in a million runs has so few of either.
    expect(spread.filter((policy) => policy === "a").length).toBeGreaterThan(3);
    expect(spread.filter((policy) => policy === "b").length).toBeGreaterThan(20);
  },
};
