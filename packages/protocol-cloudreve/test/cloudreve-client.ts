import type { HttpReply, HttpSite } from "./http-site.js";
import { pageFetch } from "./page-fetch.js";
import { putAll } from "./s3-client.js";
import type { Send } from "./s3-client.js";

/** Cloudreve's web client refreshes an access token that has no more than this left. */
const refreshMarginMs = 600_000;

/** What a client knows of its sign-in. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly access_expires: string;
  readonly refresh_expires: string;
}

/** A client that behaves as Cloudreve's own do. */
export interface CloudreveClient {
  signIn(email: string, password: string): Promise<void>;
  tokens(): Tokens;
  /** How often it has refreshed. */
  readonly refreshes: () => number;
  /** With the access token, refreshed before it ends. Throws for any code but 0. `data`, or the raw reply without one. */
  call(method: string, path: string, body?: object): Promise<HttpReply["all"]>;
  upload(uri: string, whole: Buffer): Promise<void>;
  download(uri: string): Promise<Buffer>;
  signOut(): Promise<void>;
}

/** A client of this server that nobody has signed in with. `send`: how it speaks to a bucket. */
export function cloudreveClient(site: HttpSite, send: Send = pageFetch(new URL(site.url).origin)): CloudreveClient {
  let tokens: Tokens | null = null;
  let refreshes = 0;
  const have = (): Tokens => {
    if (tokens === null) throw new Error("nobody is signed in");
    return tokens;
  };
  const refresh = async (): Promise<void> => {
    refreshes += 1;
    const body = { refresh_token: have().refresh_token };
    tokens = dataOf(await site.send("POST", "/session/token/refresh", { body }));
  };
  const call: CloudreveClient["call"] = async (method, path, body) => {
    if (Date.parse(have().access_expires) - site.now() < refreshMarginMs) await refresh();
    const token = have().access_token;
    return dataOf(await site.send(method, path, { token, ...(body === undefined ? {} : { body }) }));
  };
  return {
    tokens: have,
    refreshes: () => refreshes,
    call,
    signIn: async (email, password) => {
      const ways = dataOf(await site.send("GET", `/session/prepare?email=${encodeURIComponent(email)}`));
      if (ways.password_enabled !== true) throw new Error("no password is asked for");
      tokens = dataOf(await site.send("POST", "/session/token", { body: { email, password } })).token;
    },
    upload: async (uri, whole) => {
      // The web client goes by the policy of the folder that it shows, whatever the session says.
      const folder = uri.slice(0, uri.lastIndexOf("/") + 1);
      const { storage_policy: policy } = await call("GET", `/file?uri=${encodeURIComponent(folder)}`);
      const session = await call("PUT", "/file/upload", { uri, size: whole.length, policy_id: policy.id });
      if (policy.type === "s3") {
        await putAll(send, session, whole);
        await call("GET", `/callback/s3/${session.session_id}/${session.callback_secret}`);
        return;
      }
      for (let at = 0, index = 0; at < whole.length; at += session.chunk_size, index += 1) {
        const chunk = whole.subarray(at, at + session.chunk_size);
        await call("POST", `/file/upload/${session.session_id}/${index}`, chunk);
      }
    },
    download: async (uri) => {
      const { urls } = await call("POST", "/file/url", { uris: [uri] });
      return (await site.send("GET", urls[0].url)).raw;
    },
    signOut: async () => {
      await site.send("DELETE", "/session/token", { body: { refresh_token: have().refresh_token } });
    },
  };
}

function dataOf({ all }: HttpReply): HttpReply["all"] {
  if (all.code !== 0) throw new Error(`${all.code} ${all.msg}`);
  return all.data;
}
