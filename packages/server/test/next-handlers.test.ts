import { expect, test } from "@jest/globals";
import { nextHandlers } from "../src/next/index.js";
import { testDoor } from "./test-door.js";

let names = 0;
const freshName = (): string => `test-${(names += 1)}`;

async function urlSeen(answer: Response): Promise<string> {
  return ((await answer.json()) as { url: string }).url;
}

test("routes of one name open the door once, at the first request", async () => {
  let opened = 0;
  const door = async () => {
    opened += 1;
    return testDoor().door;
  };
  const name = freshName();
  const [one, two] = [nextHandlers({ door, name }), nextHandlers({ door, name })];
  expect(opened).toBe(0);
  const answers = await Promise.all(
    [one.GET, two.POST, two.GET].map((handle, at) =>
      handle(new Request("http://h/e/refuse", { method: at === 1 ? "POST" : "GET" })),
    ),
  );
  expect([opened, ...answers.map(({ status }) => status)]).toEqual([1, 409, 409, 409]);
  await nextHandlers({ door, name: freshName() }).GET(new Request("http://h/e/refuse"));
  expect(opened).toBe(2);
});

test("a door that does not open is tried again", async () => {
  let tries = 0;
  const door = async () => {
    tries += 1;
    if (tries === 1) throw new TypeError("no such disk");
    return testDoor().door;
  };
  const { GET } = nextHandlers({ door, name: freshName() });
  await expect(GET(new Request("http://h/e/refuse"))).rejects.toThrow("no such disk");
  expect((await GET(new Request("http://h/e/refuse"))).status).toBe(409);
});

test("the host is the one that the client asked for, where it is one", async () => {
  const { GET } = nextHandlers({ door: async () => testDoor().door, name: freshName() });
  const seen = async (host: string): Promise<string> =>
    urlSeen(await GET(new Request("http://localhost:3000/e/peer?a=%2F", { headers: { host } })));
  expect(await seen("127.0.0.1:3000")).toBe("http://127.0.0.1:3000/e/peer?a=%2F");
  expect(await seen("user@evil.example")).toBe("http://localhost:3000/e/peer?a=%2F");
});

test("a public origin stands for it", async () => {
  const publicOrigin = "https://files.example";
  const { GET } = nextHandlers({ door: async () => testDoor().door, name: freshName(), publicOrigin });
  expect(await urlSeen(await GET(new Request("http://h/e/peer")))).toBe("https://files.example/e/peer");
});
