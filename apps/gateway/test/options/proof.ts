import type { Parts } from "../running-gateway.js";

/** For options by their path in the guide: shows what the option does, and that it is not so without it. */
export type Proofs = Readonly<Record<string, () => Promise<void>>>;

/** Two tokens of two owners, the first in group `staff`. */
export const aliceToken = "alice-token-of-thirty-two-characters";
export const bobToken = "bobs-token-of-thirty-two-characters!";
export const people: Parts = {
  identity: {
    tokens: [
      { token: aliceToken, owner: "alice", groups: ["staff"] },
      { token: bobToken, owner: "bob" },
    ],
  },
  groups: { staff: {} },
};

/** Policies `a` and `b`, each with a root of its own below the folder; `settings` are those of `a`. */
export function policies(folder: string, settings: Parts = {}): Parts {
  const local = (name: string): Parts => ({ driver: "local", options: { root: `${folder}/${name}` } });
  return { a: { ...local("a"), ...settings }, b: local("b") };
}
