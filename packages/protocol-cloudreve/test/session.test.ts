import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cloudreveClient } from "./cloudreve-client.js";
import { openHttpSite } from "./http-site.js";
import type { HttpReply, HttpSite } from "./http-site.js";
import { content, openSite } from "./site.js";

let site: HttpSite;
beforeEach(async () => {
  site = await openHttpSite();
  site.accounts.add("anna", "correct horse", ["staff", "readers"]);
  site.accounts.add("bert", "battery staple");
});
afterEach(() => site.close());

const minute = 60_000;
const day = 24 * 60 * minute;
const anna = "anna@files.test";
const uri = "cloudreve://my/reports/2026.bin";

const signIn = (email: string, password: string): Promise<HttpReply> =>
  site.send("POST", "/session/token", { body: { email, password } });

describe("a client from sign-in to sign-out", () => {
  test("uploads across a refresh, lists, downloads; then its tokens are dead", async () => {
    const client = cloudreveClient(site);
    await client.signIn(anna, "correct horse");
    const first = client.tokens();
    const whole = content(95);
    const session = await client.call("PUT", "/file/upload", { uri, size: whole.length });
    for (let index = 0; index < 10; index += 1) {
      await client.call(
        "POST",
        `/file/upload/${session.session_id}/${index}`,
        whole.subarray(index * 10, index * 10 + 10),
      );
      site.pass(11 * minute);
    }
    expect(client.refreshes()).toBe(1);
    expect(client.tokens().refresh_token).not.toBe(first.refresh_token);
    expect((await site.send("GET", "/user/me", { token: first.access_token })).all.code).toBe(401);
    const listing = await client.call("GET", "/file?uri=cloudreve://my/reports");
    expect(listing.files).toMatchObject([{ name: "2026.bin", size: 95, owned: true }]);
    expect((await client.download(uri)).equals(whole)).toBe(true);
    expect(client.refreshes()).toBe(2);

    const last = client.tokens();
    await client.signOut();
    expect((await site.send("GET", "/file?uri=cloudreve://my", { token: last.access_token })).all.code).toBe(401);
    for (const { refresh_token } of [first, last]) {
      const again = await site.send("POST", "/session/token/refresh", { body: { refresh_token } });
      expect(again.all.code).toBe(40020);
    }
    await expect(client.call("GET", "/user/me")).rejects.toThrow("401");
  });

  test("two devices are two sign-ins; signing one out leaves the other", async () => {
    const [laptop, phone] = [cloudreveClient(site), cloudreveClient(site)];
    await laptop.signIn(anna, "correct horse");
    await phone.signIn(anna, "correct horse");
    await laptop.signOut();
    await expect(laptop.call("GET", "/user/me")).rejects.toThrow("401");
    site.pass(55 * minute);
    expect(await phone.call("GET", "/user/me")).toMatchObject({ email: anna });
    expect(phone.refreshes()).toBe(1);
  });

  test("a refresh token that was refreshed goes on, until sign-out ends all that came of it", async () => {
    const client = cloudreveClient(site);
    await client.signIn(anna, "correct horse");
    const { refresh_token } = client.tokens();
    const tabs = await Promise.all(
      [0, 1, 2].map(() => site.send("POST", "/session/token/refresh", { body: { refresh_token } })),
    );
    expect(tabs.map(({ all }) => all.code)).toEqual([0, 0, 0]);
    site.pass(13 * day);
    const body = { refresh_token: tabs[0]?.all.data.refresh_token as string };
    const late = (await site.send("POST", "/session/token/refresh", { body })).all.data;
    await client.signOut();
    // Long after the token that signed out would have expired, but before the last one does.
    site.pass(13 * day);
    const after = await site.send("POST", "/session/token/refresh", { body: { refresh_token: late.refresh_token } });
    expect(after.all.code).toBe(40020);
  });

  test("two weeks away, and one has to sign in again", async () => {
    const client = cloudreveClient(site);
    await client.signIn(anna, "correct horse");
    site.pass(14 * day - minute);
    expect(await client.call("GET", "/user/me")).toMatchObject({ nickname: "the anna" });
    site.pass(14 * day);
    await expect(client.call("GET", "/user/me")).rejects.toThrow("40020");
  });

  test("signing out needs the token, and may be said again", async () => {
    const client = cloudreveClient(site);
    await client.signIn(anna, "correct horse");
    const { refresh_token, access_token } = client.tokens();
    for (const token of ["", "a.b.c", access_token]) {
      const reply = await site.send("DELETE", "/session/token", { body: { refresh_token: token } });
      expect(reply.all.code).toBe(40020);
    }
    expect(await client.call("GET", "/user/me")).toMatchObject({ email: anna });
    for (let times = 0; times < 2; times += 1) {
      const reply = await site.send("DELETE", "/session/token", { body: { refresh_token } });
      expect(reply.all).toEqual({ code: 0, data: "", msg: "" });
    }
  });
});

describe("who may sign in", () => {
  test("the answer has the user and RFC 3339 instants, and nothing that proves the account", async () => {
    const { all, headers } = await signIn(anna, "correct horse");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(all.data.user).toEqual({
      id: "YW5uYQ",
      email: anna,
      nickname: "the anna",
      status: "active",
      created_at: "1970-01-01T00:00:01.000Z",
      group: { id: "c3RhZmY", name: "staff", direct_link_batch_size: 0, trash_retention: 0 },
    });
    const { access_expires, refresh_expires } = all.data.token;
    expect(Math.abs(Date.parse(access_expires) - site.now() - 3_600_000)).toBeLessThan(5000);
    expect(Math.abs(Date.parse(refresh_expires) - site.now() - 1_209_600_000)).toBeLessThan(5000);
    const { stamp } = (await site.accounts.findByOwner("anna", { signal: new AbortController().signal }))!;
    const decoded = Object.values(all.data.token as Record<string, string>).map((token) =>
      Buffer.from(token.split(".")[1] ?? "", "base64url").toString(),
    );
    expect(JSON.stringify([all, decoded])).not.toContain(stamp);
  });

  test("a wrong email and a wrong password look the same", async () => {
    const strip = ({ all }: HttpReply): unknown => ({ ...all, correlation_id: "" });
    const wrong = await signIn(anna, "wrong");
    expect(wrong).toMatchObject({ status: 200, all: { code: 40080 } });
    expect(strip(await signIn("nobody@files.test", "wrong"))).toEqual(strip(wrong));
    expect(site.accounts.peers).toEqual(["127.0.0.1", "127.0.0.1"]);
  });

  test("who guesses is told when to come back, and the right password waits too", async () => {
    for (let times = 0; times < 3; times += 1) expect((await signIn(anna, "wrong")).all.code).toBe(40080);
    const slowed = await signIn(anna, "correct horse");
    expect(slowed).toMatchObject({ status: 200, all: { code: 429, msg: expect.stringMatching(/in (29|30) seconds/) } });
    expect(["29", "30"]).toContain(slowed.headers.get("retry-after"));
    site.pass(31_000);
    expect((await signIn(anna, "correct horse")).all.code).toBe(0);
  });

  test("a disabled account is 40017 to who knows its password, and 40080 to who does not", async () => {
    site.accounts.disable("anna");
    expect((await signIn(anna, "correct horse")).all.code).toBe(40017);
    expect((await signIn(anna, "wrong")).all.code).toBe(40080);
  });

  test("prepare tells the known from the unknown; bodies are checked and not repeated", async () => {
    const known = await site.send("GET", `/session/prepare?email=${anna}`);
    expect(known.all.data).toEqual({ webauthn_enabled: false, password_enabled: true });
    expect((await site.send("GET", "/session/prepare?email=nobody@files.test")).all.code).toBe(404);
    expect((await site.send("GET", "/session/prepare")).all.code).toBe(40001);
    const typed = await site.send("POST", "/session/token", { body: { email: anna, password: ["hunter2"] } });
    expect(typed.all).toMatchObject({ code: 40001, msg: expect.stringContaining("password") });
    expect(typed.raw.toString()).not.toContain("hunter2");
    expect((await site.send("POST", "/session/token/refresh", { body: {} })).all.code).toBe(40001);
  });
});

describe("who one is", () => {
  test("me, the policies of one's groups, and the site", async () => {
    const [staff, plain] = [cloudreveClient(site), cloudreveClient(site)];
    await staff.signIn(anna, "correct horse");
    await plain.signIn("bert@files.test", "battery staple");
    expect(await plain.call("GET", "/user/me")).toMatchObject({ nickname: "the bert", group: { name: "user" } });
    const ids = async (client: typeof staff): Promise<string[]> =>
      (await client.call("GET", "/user/setting/policies")).map(({ id }: { id: string }) => id);
    expect(await ids(staff)).toEqual(["disk", "vault"]);
    expect(await ids(plain)).toEqual(["disk"]);
    expect((await plain.call("GET", "/user/setting/policies"))[0]).toEqual({
      id: "disk",
      name: "Disk",
      type: "local",
      max_size: 0,
      chunk_concurrency: 4,
    });
    expect(await staff.call("GET", "/site/config/basic")).toMatchObject({ title: "Stowage", user: { email: anna } });
    expect((await site.send("GET", "/site/config/basic")).all.data).toEqual({ title: "Stowage" });
    expect((await site.send("GET", "/site/config/login")).all.data).toEqual({
      login_captcha: false,
      reg_captcha: false,
      forget_captcha: false,
      authn: false,
      register_enabled: false,
    });
    for (const path of ["/user/me", "/user/capacity", "/user/setting/policies"]) {
      expect((await site.send("GET", path)).all.code).toBe(401);
    }
  });

  test("the user's id in a URI is one's own, or another's", async () => {
    const client = cloudreveClient(site);
    await client.signIn(anna, "correct horse");
    const { id } = await client.call("GET", "/user/me");
    await client.upload(`cloudreve://${id}@my/own.bin`, content(5));
    expect((await client.call("GET", "/file?uri=cloudreve://my")).files).toHaveLength(1);
    const berts = Buffer.from("bert").toString("base64url");
    await expect(client.call("GET", `/file?uri=cloudreve://${berts}@my`)).rejects.toThrow("403");
  });

  test("who came by another way has no account, and is known all the same", async () => {
    const other = openSite();
    const me = async (owner: string | null): Promise<unknown> =>
      (await other.send("GET", "/user/me", { as: { owner, groups: [] } })).data;
    expect(await me("alice")).toMatchObject({ id: "YWxpY2U", email: "", nickname: "alice" });
    expect(await me(null)).toMatchObject({ nickname: "operator" });
    await other.close();
  });
});

describe("a site without accounts", () => {
  test("lets nobody sign in", async () => {
    const other = openSite();
    const body = { refresh_token: "a.b.c" };
    const asked = [
      await other.send("GET", `/session/prepare?email=${anna}`, { as: null }),
      await other.send("POST", "/session/token", { as: null, body: { email: anna, password: "x" } }),
      await other.send("POST", "/session/token/refresh", { as: null, body }),
      await other.send("DELETE", "/session/token", { as: null, body }),
    ];
    expect(asked.map(({ code }) => code)).toEqual([404, 40019, 40020, 40020]);
    await other.close();
  });
});
