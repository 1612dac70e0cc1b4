import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import type { AccountsDatabase } from "../src/accounts/accounts-database.js";
import { gatewayAccounts } from "../src/accounts/gateway-accounts.js";
import { openAccounts } from "../src/accounts/open-accounts.js";
import { hashPassword, isAcceptablePassword, isPasswordHash, verifyPassword } from "../src/accounts/password-hash.js";
import { addToken } from "../src/accounts/verbs/add-token.js";
import { addUser } from "../src/accounts/verbs/add-user.js";
import { disableUser } from "../src/accounts/verbs/disable-user.js";
import { listTokens } from "../src/accounts/verbs/list-tokens.js";
import { listUsers } from "../src/accounts/verbs/list-users.js";
import { removeToken } from "../src/accounts/verbs/remove-token.js";
import { removeUser } from "../src/accounts/verbs/remove-user.js";
import { setPassword } from "../src/accounts/verbs/set-password.js";
import { wrongPasswords } from "../src/accounts/wrong-passwords.js";
import { passwordHash } from "./config/written-config.js";

// Passwords take a while to hash, longer where others use the machine.
jest.setTimeout(60_000);

let folder = "";
let database: AccountsDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-accounts-"));
  database = await openAccounts(folder);
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

const options = { signal: new AbortController().signal };
const password = "correct horse battery";
const alice = { owner: "alice", email: "Alice@Example.com", password, groups: ["staff"], quota: 7 };

describe("passwords", () => {
  test("are known by their hash, in any normal form, and only the right one", async () => {
    const hash = await hashPassword("pässwörd and more");
    expect(isPasswordHash(hash)).toBe(true);
    expect(await hashPassword("pässwörd and more")).not.toBe(hash);
    expect(await verifyPassword("pässwörd and more".normalize("NFD"), hash)).toBe(true);
    expect(await verifyPassword("pässwörd and mor", hash)).toBe(false);
    expect(await verifyPassword("", hash)).toBe(false);
    expect(await verifyPassword(password, null)).toBe(false);
  });

  test("are hashed as scrypt with ln=15, r=8, p=3 says (vector made with Python's hashlib.scrypt)", async () => {
    const made = "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$BUS/jY3RXIlNUfVFibrXS1m+ZtyDS56ksoZ2SgSjUlQ";
    expect(await verifyPassword("correct horse battery", made)).toBe(true);
  });

  test.each([
    "$scrypt$ln=10,r=8,p=3$nU6FVSMstcz6yBLQ8tZJbw$x",
    password,
    "",
    `${passwordHash}=`,
    passwordHash.slice(1),
  ])("%j is no hash", (text) => {
    expect(isPasswordHash(text)).toBe(false);
  });

  test("have 8 characters to 1024 bytes", () => {
    expect(["1234567", "x".repeat(1025)].some(isAcceptablePassword)).toBe(false);
    expect(["12345678", "x".repeat(1024)].every(isAcceptablePassword)).toBe(true);
  });
});

describe("verbs", () => {
  test("add, list, change, disable and remove a user", async () => {
    await addUser(database, alice);
    const { email, groups, quota } = alice;
    const listed = { owner: "alice", email, nickname: "alice", groups, quota, isDisabled: false };
    expect(listUsers(database)).toEqual([{ ...listed, createdAt: expect.closeTo(Date.now(), -5) }]);
    expect(JSON.stringify(listUsers(database))).not.toContain("scrypt");
    await disableUser(database, "alice");
    expect(listUsers(database)[0]?.isDisabled).toBe(true);
    await disableUser(database, "alice", false);
    expect(listUsers(database)[0]?.isDisabled).toBe(false);
    await setPassword(database, "alice", "another password");
    await addToken(database, "alice");
    await removeUser(database, "alice");
    expect([listUsers(database), listTokens(database)]).toEqual([[], []]);
  });

  test("add, list and remove tokens, whose secret is not kept", async () => {
    const { id, token } = await addToken(database, "alice", "laptop");
    await addToken(database, "bob");
    expect(token).toMatch(/^stowage_[\w-]{43}$/);
    expect(listTokens(database, "alice")).toEqual([
      { id, owner: "alice", label: "laptop", createdAt: expect.any(Number) },
    ]);
    expect(listTokens(database)).toHaveLength(2);
    expect(JSON.stringify(database.read("SELECT * FROM tokens"))).not.toContain(token.slice(8));
    await removeToken(database, id);
    expect(listTokens(database, "alice")).toEqual([]);
  });

  test("refuse what cannot be, and change nothing", async () => {
    await addUser(database, alice);
    const refused = { code: "OPTIONS_INVALID" };
    const other = { ...alice, owner: "bob", email: "bob@example.com" };
    await expect(addUser(database, { ...other, owner: "alice" })).rejects.toMatchObject(refused);
    await expect(addUser(database, { ...other, email: "ALICE@example.COM " })).rejects.toMatchObject(refused);
    await expect(
      addUser(database, { owner: "Bob", email: "bob", password: "short", groups: ["No"], quota: -1, nickname: "" }),
    ).rejects.toMatchObject({ ...refused, details: { issues: { length: 6 } } });
    await expect(setPassword(database, "alice", "short")).rejects.toMatchObject(refused);
    await expect(setPassword(database, "nobody", password)).rejects.toMatchObject(refused);
    await expect(removeUser(database, "nobody")).rejects.toMatchObject(refused);
    await expect(disableUser(database, "nobody")).rejects.toMatchObject(refused);
    await expect(removeToken(database, "nothing")).rejects.toMatchObject(refused);
    await expect(addToken(database, "../etc")).rejects.toMatchObject(refused);
    expect(listUsers(database)).toHaveLength(1);
  });
});

describe("the file", () => {
  test("is its owner's alone", async () => {
    expect((await stat(join(folder, "accounts.db"))).mode & 0o777).toBe(0o600);
  });

  test("is shared: many write at once, and each sees all", async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => openAccounts(folder)));
    await Promise.all(others.flatMap((each) => Array.from({ length: 10 }, () => addToken(each, "alice"))));
    expect(listTokens(database)).toHaveLength(40);
    for (const each of others) each.close();
  });

  test("is waited for while another writes, and the loop is free meanwhile", async () => {
    const other = new Database(join(folder, "accounts.db"));
    other.exec("BEGIN IMMEDIATE");
    const adding = addToken(database, "alice");
    const opening = openAccounts(folder);
    await sleep(100);
    expect(listTokens(database)).toEqual([]);
    other.exec("COMMIT");
    other.close();
    await adding;
    expect(listTokens(await opening)).toHaveLength(1);
    (await opening).close();
  });

  test("may be made by several at once", async () => {
    const fresh = join(folder, "fresh");
    const all = await Promise.all(Array.from({ length: 8 }, () => openAccounts(fresh)));
    for (const each of all) each.close();
    expect(all).toHaveLength(8);
  });

  test("of another program, or of a newer release, is left alone", async () => {
    for (const [pragma, told] of [
      ["user_version", "newer release"],
      ["application_id", "another program"],
    ]) {
      const path = join(folder, String(pragma));
      const other = await openAccounts(path);
      await other.write((run) => run(`PRAGMA ${pragma} = 9`));
      other.close();
      await expect(openAccounts(path)).rejects.toThrow(told);
    }
  });
});

describe("sign-in", () => {
  const file = {
    carol: { email: "carol@example.com", password: passwordHash, groups: ["staff"], disabled: false },
    dora: { email: "dora@example.com", password: passwordHash, groups: [], disabled: true },
  };
  const clock = { at: 1e12, now: () => clock.at };

  test("knows users of the file and of the database, and who is disabled only with the password", async () => {
    await addUser(database, alice);
    const accounts = gatewayAccounts({ users: file, database, clock });
    const kind = async (email: string, given = password): Promise<string> =>
      (await accounts.signIn(email, given, null, options)).kind;
    expect(await kind("CAROL@example.com")).toBe("known");
    expect(await kind(" alice@EXAMPLE.com")).toBe("known");
    expect(await kind("alice@example.com", "wrong password")).toBe("refused");
    expect(await kind("nobody@example.com")).toBe("refused");
    expect(await kind("dora@example.com", "wrong password")).toBe("refused");
    expect(await kind("dora@example.com")).toBe("disabled");
    await disableUser(database, "alice");
    expect(await kind("alice@example.com")).toBe("disabled");
    expect(await accounts.findByOwner("alice", options)).toBeNull();
    expect(await accounts.findByOwner("dora", options)).toBeNull();
    expect(await accounts.findByOwner("carol", options)).toMatchObject({
      owner: "carol",
      groups: ["staff"],
      nickname: "carol",
    });
    expect(await accounts.hasEmail("alice@example.com", options)).toBe(true);
    expect(await accounts.hasEmail("nobody@example.com", options)).toBe(false);
  });

  test("prefers the file where both have a name", async () => {
    await addUser(database, { ...alice, owner: "carol" });
    const accounts = gatewayAccounts({ users: file, database, clock });
    expect(await accounts.findByOwner("carol", options)).toMatchObject({ email: "carol@example.com" });
    expect(await accounts.signIn(alice.email, password, null, options)).toEqual({ kind: "refused" });
    expect(await accounts.hasEmail(alice.email, options)).toBe(false);
  });

  test("has a stamp that changes with the password and is no part of it", async () => {
    await addUser(database, alice);
    const accounts = gatewayAccounts({ users: {}, database, clock });
    const stamp = async (): Promise<string | undefined> => (await accounts.findByOwner("alice", options))?.stamp;
    const before = await stamp();
    expect(await stamp()).toBe(before);
    await setPassword(database, "alice", password);
    expect(await stamp()).not.toBe(before);
  });

  test("tokens that are revoked stay so, for every process, until they would have ended", async () => {
    const accounts = gatewayAccounts({ users: {}, database, clock });
    await accounts.revoke("one", clock.at + 1000, options);
    await accounts.revoke("one", clock.at + 1000, options);
    const elsewhere = await openAccounts(folder);
    const others = gatewayAccounts({ users: {}, database: elsewhere, clock });
    expect(await others.isRevoked("one", options)).toBe(true);
    expect(await others.isRevoked("two", options)).toBe(false);
    clock.at += 1001;
    await others.revoke("two", clock.at + 1, options);
    expect(await accounts.isRevoked("one", options)).toBe(false);
    elsewhere.close();
  });

  test("a right password is not told from a wrong one while guesses are slowed", async () => {
    await addUser(database, alice);
    const accounts = gatewayAccounts({ users: {}, database, clock });
    for (let count = 0; count < 5; count++) {
      expect(await accounts.signIn(alice.email, "wrong password", null, options)).toEqual({ kind: "refused" });
    }
    const right = await accounts.signIn(alice.email, password, null, options);
    expect(right).toEqual(await accounts.signIn(alice.email, "wrong password", null, options));
    expect(right).toEqual({ kind: "slowed", retryAfterMs: 1000 });
    clock.at += 1000;
    expect(await accounts.signIn(alice.email, password, null, options)).toMatchObject({ kind: "known" });
    expect(await accounts.signIn(alice.email, "wrong password", null, options)).toEqual({ kind: "refused" });
  });

  test("twenty wrong ones from one address slow all from there, but not from a proxy's or our own", async () => {
    const slowed = async (peer: string, isBehindProxy: boolean): Promise<number> => {
      const accounts = gatewayAccounts({ users: {}, database, clock, isBehindProxy });
      const emails = Array.from({ length: 21 }, (_, index) => `${index}@example.com`);
      const all = await Promise.all(emails.map((email) => accounts.signIn(email, "wrong password", peer, options)));
      return all.filter(({ kind }) => kind === "slowed").length;
    };
    expect(await slowed("203.0.113.9", false)).toBe(1);
    expect(await slowed("203.0.113.9", true)).toBe(0);
    expect(await slowed("127.0.0.1", false)).toBe(0);
  });

  test("more at once than the machine can hash are asked to come again", async () => {
    const accounts = gatewayAccounts({ users: {}, database, clock });
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => accounts.signIn(`${index}@example.com`, password, null, options)),
    );
    const kinds = all.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "refused")).toHaveLength(34);
    expect(kinds.filter((kind) => kind === "slowed")).toHaveLength(6);
  });
});

describe("wrong passwords", () => {
  const clock = { at: 0, now: () => clock.at };

  test("of one email wait longer and longer, a minute at most, and are forgotten", () => {
    const guesses = wrongPasswords(clock);
    const waits: number[] = [];
    for (let count = 0; count < 16; count++) {
      const wait = guesses.begin("a@b", null);
      if (typeof wait === "number") {
        waits.push(wait);
        clock.at += wait;
        expect(guesses.begin("a@b", null)).toEqual(expect.any(Function));
      }
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
    clock.at += 15 * 60_000;
    expect(guesses.begin("a@b", null)).toEqual(expect.any(Function));
    expect(guesses.begin("a@b", null)).toEqual(expect.any(Function));
  });

  test("many at once are counted before they are known to be wrong", () => {
    const guesses = wrongPasswords(clock);
    const all = Array.from({ length: 100 }, () => guesses.begin("a@b", null));
    expect(all.filter((one) => typeof one === "function")).toHaveLength(5);
  });

  test.each([
    [["10.0.0.1"], ["10.0.0.2"]],
    [["::ffff:10.0.0.1", "10.0.0.1"], ["10.0.0.2"]],
    [["2001:db8::1", "2001:DB8:0:0:1::9", "2001:db8:0:0:ffff:1:2:3"], ["2001:db8:0:1::1"]],
    [["fe80::1%eth0"], ["fe81::1"]],
  ])("from %j are one peer's, and not %j's", (same, others) => {
    const guesses = wrongPasswords(clock);
    for (let count = 0; count < 20; count++) guesses.begin(`${count}@b`, same[count % same.length] ?? "");
    for (const peer of same) expect(guesses.begin("new@b", peer)).toEqual(expect.any(Number));
    for (const peer of others) expect(guesses.begin("new@b", peer)).toEqual(expect.any(Function));
    expect(guesses.begin("new@b", null)).toEqual(expect.any(Function));
  });

  test("from elsewhere do not lock out who signed in from the same place before, who is slowed all the same", () => {
    const guesses = wrongPasswords(clock);
    const home = (): unknown => guesses.begin("a@b", "198.51.100.7");
    (home() as () => void)();
    for (let count = 0; count < 1000; count++) {
      guesses.begin("a@b", "203.0.113.9");
      clock.at += 100;
    }
    expect(guesses.begin("a@b", "192.0.2.1")).toEqual(expect.any(Number));
    for (let count = 0; count < 5; count++) expect(home()).toEqual(expect.any(Function));
    expect(home()).toEqual(1000);
    clock.at += 1000;
    (home() as () => void)();
    expect(guesses.begin("a@b", "192.0.2.1")).toEqual(expect.any(Number));
  });

  test("a right one counts for nothing", () => {
    const guesses = wrongPasswords(clock);
    for (let count = 0; count < 50; count++) {
      const right = guesses.begin("a@b", "10.0.0.1");
      expect(right).toEqual(expect.any(Function));
      if (typeof right === "function") right();
    }
  });
});
