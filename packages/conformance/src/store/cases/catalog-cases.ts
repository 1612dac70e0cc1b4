import { expectRefused, expectSame, expectTrue } from "../../kit/expect.js";
import type { StoreCase } from "../store-case.js";
import type { StoreLab } from "../store-lab.js";

/** U+FF21 sorts after U+1F388 in UTF-8 and before it by code unit. */
const names = ["%", "B", "_", "a", "a b", "a.b", "ab", "é", "名", "🎈", "Ａ"];

/** `Catalog`. */
export const catalogCases: readonly StoreCase[] = [
  {
    id: "catalog/owners-apart",
    says: "owners have trees of their own",
    run: async (lab) => {
      const entry = await lab.file("/a");
      expectSame(await lab.store.find("stranger", "/a", lab.options), null, "a stranger's path");
      expectSame(await lab.store.list("stranger", "/", null, 9, lab.options), [], "a stranger's root");
      expectSame(await lab.store.usage("stranger", lab.options), { reserved: 0, stored: 0 }, "a stranger's usage");
      expectSame(await lab.store.find(lab.owner, "/a", lab.options), entry, "the owner's path");
      expectSame(await lab.store.find(lab.owner, "/A", lab.options), null, "a path in capitals");
      expectSame(await lab.store.findById("unknown", lab.options), null, "an unknown id");
    },
  },
  {
    id: "catalog/list",
    says: "a folder lists its direct children in the order of their names by code unit, the root too",
    run: async (lab) => {
      for (const name of names) await lab.file(`/${name}`, { size: 1 });
      await lab.file("/folder/inner", { size: 1 });
      await lab.file("/folder/deep/er", { size: 1 });
      expectSame(await namesIn(lab, "/", null, 99), [...names, "folder"].sort(), "names in the root");
      expectSame(await namesIn(lab, "/folder", null, 99), ["deep", "inner"], "names in a folder");
      expectSame(await namesIn(lab, "/fol", null, 99), [], "names in what is no folder");
      expectSame(await namesIn(lab, "/a", null, 99), [], "names in a file");
    },
  },
  {
    id: "catalog/paging",
    says: "pages follow the name given, whether that is there or not",
    run: async (lab) => {
      for (const name of names) await lab.file(`/p/${name}`, { size: 1 });
      const sorted = [...names].sort();
      const paged: string[] = [];
      for (let turn = 0; turn < 5; turn++) paged.push(...(await namesIn(lab, "/p", paged.at(-1) ?? null, 3)));
      expectSame(paged, sorted, "all pages");
      expectSame(await namesIn(lab, "/p", "aa", 2), ["ab", "é"], "names after one that is not there");
    },
  },
  {
    id: "catalog/make-folder",
    says: "a folder is made with its ancestors, and never over something or under a file",
    run: async (lab) => {
      const made = await lab.folder("/x/y/z");
      expectSame(await lab.store.find(lab.owner, "/x/y/z", lab.options), made, "folder");
      for (const path of ["/x", "/x/y"])
        expectSame((await lab.store.find(lab.owner, path, lab.options))?.object, null, `object of ${path}`);
      await lab.file("/file");
      for (const [path, there] of [
        ["/x/y/z", "/x/y/z"],
        ["/x", "/x"],
        ["/file", "/file"],
        ["/file/a/b", "/file"],
      ] as const) {
        const error = await expectRefused(lab.folder(path), ["OBJECT_EXISTS"], `folder at ${path}`);
        expectSame(error.details, { path: there }, `details for ${path}`);
      }
      expectSame(await lab.store.find(lab.owner, "/file/a", lab.options), null, "an ancestor of a refused folder");
    },
  },
  {
    id: "catalog/rename-file",
    says: "a file moves with all it has; what was aimed at stays out of its way",
    run: async (lab) => {
      const file = await lab.file("/a");
      await lab.folder("/to");
      const renamed = await lab.store.rename(file.id, "/to/b", lab.options);
      expectSame(renamed, { ...file, path: "/to/b" }, "what rename gives");
      expectSame(await lab.store.findById(file.id, lab.options), renamed, "entry by id");
      expectSame(await lab.store.find(lab.owner, "/to/b", lab.options), renamed, "entry by path");
      expectSame(await lab.store.find(lab.owner, "/a", lab.options), null, "the old path");
      expectSame(await namesIn(lab, "/to", null, 9), ["b"], "names in the new folder");
      expectSame(await lab.usage(), [0, 100], "usage");
    },
  },
  {
    id: "catalog/rename-folder",
    says: "a folder takes everything under it along, and nothing that only begins with the same letters",
    run: async (lab) => {
      for (const path of ["/d/one", "/d/sub/two", "/dd/three", "/d.txt"]) await lab.file(path, { size: 1 });
      const { id } = (await lab.store.find(lab.owner, "/d", lab.options)) ?? { id: "" };
      await lab.store.rename(id, "/longer name", lab.options);
      expectSame(
        await tree(lab, "/"),
        ["/d.txt", "/dd", "/dd/three", "/longer name", "/longer name/one", "/longer name/sub", "/longer name/sub/two"],
        "tree",
      );
      expectSame(await lab.store.find(lab.owner, "/d/sub/two", lab.options), null, "an old path");
    },
  },
  {
    id: "catalog/signs-in-names",
    says: "the signs that patterns are made of are letters like any other when folders move and go",
    run: async (lab) => {
      for (const path of ["/a_b/x", "/aXb/x", "/a%/x", "/aYY/x", "/a\\/x", "/a*/x", "/[a]/x"])
        await lab.file(path, { size: 1 });
      const idAt = async (path: string): Promise<string> =>
        (await lab.store.find(lab.owner, path, lab.options))?.id ?? "";
      await lab.store.rename(await idAt("/a_b"), "/b_%", lab.options);
      await lab.store.remove(await idAt("/a%"), lab.options);
      await lab.store.remove(await idAt("/a*"), lab.options);
      await lab.store.remove(await idAt("/a\\"), lab.options);
      expectSame(
        await tree(lab, "/"),
        ["/[a]", "/[a]/x", "/aXb", "/aXb/x", "/aYY", "/aYY/x", "/b_%", "/b_%/x"],
        "tree",
      );
      expectSame(await lab.usage(), [0, 4], "usage");
    },
  },
  {
    id: "catalog/rename-refused",
    says: "a taken or reserved path, a missing parent and an unknown entry refuse, and nothing has moved",
    run: async (lab) => {
      const file = await lab.file("/a");
      const folder = await lab.folder("/folder");
      await lab.file("/taken");
      const { id: sessionId } = await lab.insert({ entry: "/busy" });
      const before = await tree(lab, "/");
      const cases = [
        [file.id, "/taken", ["OBJECT_EXISTS"], { path: "/taken" }],
        [file.id, "/folder", ["OBJECT_EXISTS"], { path: "/folder" }],
        [file.id, "/busy", ["PATH_BUSY"], { path: "/busy", sessionId }],
        [file.id, "/nowhere/a", ["ENTRY_NOT_FOUND"], null],
        ["unknown", "/b", ["ENTRY_NOT_FOUND"], null],
        [folder.id, "/folder/inside", ["ENTRY_NOT_FOUND", "OBJECT_EXISTS"], null],
        [folder.id, "/folder/in/side", ["ENTRY_NOT_FOUND", "OBJECT_EXISTS"], null],
        [file.id, "/taken/a", ["OBJECT_EXISTS", "ENTRY_NOT_FOUND"], null],
      ] as const;
      for (const [id, path, codes, details] of cases) {
        const error = await expectRefused(lab.store.rename(id, path, lab.options), codes, `rename to ${path}`);
        if (details !== null) expectSame(error.details, details, `details for ${path}`);
      }
      expectSame(await tree(lab, "/"), before, "tree after the refusals");
    },
  },
  {
    id: "catalog/remove",
    says: "an entry goes with everything under it: bytes are given back, keys are garbage, again is no error",
    run: async (lab) => {
      await lab.file("/d/one", { size: 1, key: "one" });
      await lab.file("/d/sub/two", { size: 2, key: "two" });
      await lab.file("/dd", { size: 4, key: "three" });
      const { id } = (await lab.store.find(lab.owner, "/d", lab.options)) ?? { id: "" };
      for (let times = 0; times < 2; times++) await lab.store.remove(id, lab.options);
      expectSame(await tree(lab, "/"), ["/dd"], "tree");
      expectSame(await lab.usage(), [0, 4], "usage");
      const keys = (await lab.store.garbage(9, lab.options)).map(({ key }) => key);
      expectSame([...keys].sort(), ["one", "two"], "garbage");
      await lab.file("/d/one", { size: 1 });
      await lab.store.remove("unknown", lab.options);
    },
  },
  {
    id: "catalog/usage-through-all-ends",
    says: "whatever becomes of uploads, usage is what unfinished ones reserve and entries hold",
    run: async (lab) => {
      const sizes: number[][] = [];
      const note = async (): Promise<void> => void sizes.push([...(await lab.usage())]);
      const [one, two] = [await lab.insert({ size: 10 }), await lab.completing({ size: 20, entry: "/a" })];
      await note();
      await lab.publish(two);
      await note();
      await lab.abort(one);
      await lab.store.delete(one.id, lab.options);
      await note();
      const replacement = await lab.file("/a", { size: 5, entry: { onConflict: "replace" } });
      await note();
      await lab.store.delete(replacement.version, lab.options);
      await lab.store.remove(replacement.id, lab.options);
      await note();
      const doomed = await lab.insert({ size: 7 });
      await lab.store.delete(doomed.id, lab.options);
      await note();
      expectSame(
        sizes,
        [
          [30, 0],
          [10, 20],
          [0, 20],
          [0, 5],
          [0, 0],
          [0, 0],
        ],
        "reserved and stored after each step",
      );
    },
  },
];

async function namesIn(lab: StoreLab, folder: string, after: string | null, limit: number): Promise<readonly string[]> {
  const entries = await lab.store.list(lab.owner, folder, after, limit, lab.options);
  expectTrue(
    entries.every(({ owner }) => owner === lab.owner),
    "entries of the owner",
  );
  return entries.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
}

/** All paths under a folder, sorted. */
async function tree(lab: StoreLab, folder: string): Promise<readonly string[]> {
  const entries = await lab.store.list(lab.owner, folder, null, 999, lab.options);
  const folders = entries.filter(({ object }) => object === null);
  const inner = await Promise.all(folders.map(({ path }) => tree(lab, path)));
  return [...entries.map(({ path }) => path), ...inner.flat()].sort();
}
