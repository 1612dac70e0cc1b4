import type { DirectGrant, GrantRequest, SignedRequest } from "@stowage/core";
import { pattern } from "../../kit/bodies.js";
import { expectSame, expectTrue } from "../../kit/expect.js";
import { all, type DriverCase, having, withLeftovers } from "../driver-case.js";
import type { DriverLab, Upload } from "../driver-lab.js";
import { expectNoObject, expectNothingLeft, expectObject } from "../expect-object.js";

const granting = all(
  having(({ driver }) => driver.direct !== undefined, "clients send through us only"),
  having(({ driver }) => driver.direct?.recipe === "parts", "the kit is a client that sends parts only"),
);

/** Clocks tick while a grant is signed, and some vendors count whole seconds. */
const slackMs = 1_000;

/** Clients that send without us. */
export const grantCases: readonly DriverCase[] = [
  {
    id: "grant/stores-chunks",
    says: "each request of a slice stores the chunk of its place, and what the backend lists then is the whole object",
    notFor: granting,
    run: async (lab) => {
      const upload = await lab.open();
      const count = upload.layout.ranges.length;
      const middle = Math.ceil(count / 2);
      const isAnyOrder = lab.capabilities.ordering.kind === "any";
      const slices = [
        { start: 0, end: middle },
        { start: middle, end: count },
      ].filter(({ start, end }) => end > start);
      for (const chunks of isAnyOrder ? slices.toReversed() : slices) {
        const requests = await requestsOf(lab, upload, chunks);
        expectSame(requests.length, chunks.end - chunks.start, "requests of a slice");
        for (const [at, request] of requests.entries()) {
          const isStored = await send(lab, request, bytesOf(upload, upload.content, chunks.start + at));
          expectTrue(isStored, `the request of chunk ${chunks.start + at} is refused`);
        }
      }
      await finishGranted(lab, upload);
      await expectObject(lab, upload);
    },
  },
  {
    id: "grant/bound-in-time",
    says: "a grant ends with its upload's time, and as early as the driver says at the latest",
    notFor: granting,
    run: async (lab) => {
      const soon = Date.now() + 90_000;
      const { direct } = lab.driver;
      for (const [expiresAt, most] of [
        [soon, soon],
        [Date.now() + 400 * 24 * 3_600_000, Date.now() + (direct?.maxTtlMs ?? 0)],
      ] as const) {
        const upload = await lab.open(undefined, { expiresAt });
        for (const request of await requestsOf(lab, upload)) {
          expectTrue(
            request.expiresAt <= most + slackMs,
            `a request ends ${(request.expiresAt - most) / 1000} s too late`,
          );
          expectTrue(request.expiresAt > Date.now(), "a request has ended before it is used");
        }
        await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      }
    },
  },
  {
    id: "grant/after-complete",
    says: "requests that are sent again after the completion never reach the object",
    notFor: granting,
    run: async (lab) => {
      const upload = await lab.open();
      const requests = await requestsOf(lab, upload);
      for (const [at, request] of requests.entries()) await send(lab, request, bytesOf(upload, upload.content, at));
      const object = await finishGranted(lab, upload);
      const other = pattern(upload.layout.size, 31_337);
      for (const [at, request] of requests.entries()) await send(lab, request, bytesOf(upload, other, at));
      await expectObject(lab, upload);
      const seen = await lab.soon(upload.sink.probe(lab.options), "probe ends");
      expectTrue(seen.kind === "complete", `a complete upload is ${seen.kind} after its grants were used again`);
      expectSame([seen.object.key, seen.object.size], object, "key and size of the object");
    },
  },
  {
    id: "grant/after-abort",
    says: "what comes by an old grant after the abort is no object, and goes with the abort by the key",
    notFor: all(granting, withLeftovers),
    run: async (lab) => {
      const upload = await lab.open();
      const requests = await requestsOf(lab, upload);
      await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      for (const [at, request] of requests.entries()) await send(lab, request, bytesOf(upload, upload.content, at));
      await expectNoObject(lab, upload, "sent by old grants after an abort");
      await lab.soon(lab.driver.abort(null, upload.target, lab.options), "abort by the key ends");
      await expectNothingLeft(lab, "by old grants");
    },
  },
];

async function requestsOf(
  { driver, options, soon }: DriverLab,
  { handle, target, layout }: Upload,
  chunks: GrantRequest["chunks"] = { start: 0, end: layout.ranges.length },
): Promise<readonly SignedRequest[]> {
  const { direct } = driver;
  if (direct === undefined) throw new Error("the driver grants nothing any more");
  const grant: DirectGrant = await soon(
    direct.grant(handle, target, { chunks, completeBy: "server" }, options),
    "grant ends",
  );
  if (grant.kind !== "parts") throw new Error(`the driver grants ${grant.kind}, and says parts`);
  return grant.requests;
}

function bytesOf({ layout }: Upload, content: Uint8Array, index: number): Uint8Array {
  const { start, end } = layout.ranges[index] ?? { start: 0, end: 0 };
  return content.subarray(start, end);
}

/** Whether the backend says that it took the bytes. */
async function send({ soon }: DriverLab, { method, url, headers }: SignedRequest, bytes: Uint8Array): Promise<boolean> {
  const answered = fetch(url, { method, headers: { ...headers }, body: new Uint8Array(bytes) });
  const answer = await soon(answered, "a granted request is answered");
  await soon(answer.arrayBuffer(), "a granted request is answered to its end");
  return answer.ok;
}

/** As the engine does it: the backend is asked what it has. Key and size of the object. */
async function finishGranted({ options, soon }: DriverLab, { sink }: Upload): Promise<readonly [string, number]> {
  const probed = await soon(sink.probe(options), "probe ends");
  expectTrue(probed.kind !== "gone", "an upload that was sent directly is gone");
  const { key, size } =
    probed.kind === "complete"
      ? probed.object
      : await soon(sink.complete(probed.parts ?? [], options), "complete ends");
  return [key, size];
}
