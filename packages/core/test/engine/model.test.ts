import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ErrorCode } from "../../src/index.js";
import { memoryBackend, memoryDriver } from "../../src/memory/index.js";
import { breaking, KiB, pattern, planned, readAll, rig, type Rig, whole } from "./fixture.js";

const chunk = 4 * KiB;
const count = 4;
const size = (count - 1) * chunk + 100;
const slice = (index: number, seed: number): Uint8Array =>
  pattern(size, seed).subarray(index * chunk, (index + 1) * chunk);

/** What a client may expect of one upload. */
interface Model {
  readonly seeds: (number | null)[];
  state: "open" | "completed" | "aborted";
}

type Outcome = ErrorCode | "ok";
type Step =
  | { readonly kind: "write"; readonly index: number; readonly seed: number }
  | { readonly kind: "short" | "broken"; readonly index: number }
  | { readonly kind: "complete" | "abort" | "takeOver" | "sweep" | "restart" };

const index = fc.nat(count);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("write" as const), index, seed: fc.constantFrom(1, 1, 1, 2) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("short" as const, "broken" as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "complete" as const,
        "abort" as const,
        "takeOver" as const,
        "sweep" as const,
        "restart" as const,
      ),
    }),
  },
);

function expected(model: Model, given: Step): readonly Outcome[] {
  if (given.kind === "abort") return [model.state === "completed" ? "SESSION_CLOSED" : "ok"];
  const asks = given.kind === "complete" || "index" in given;
  if (!asks) return ["ok"];
  if (model.state === "aborted") return ["SESSION_CLOSED"];
  if (!("index" in given)) return [model.state === "completed" ? "ok" : "UPLOAD_INCOMPLETE"];
  if (given.index >= count) return ["CHUNK_INDEX_INVALID"];
  if (!("seed" in given)) return [given.kind === "short" ? "CHUNK_SIZE_MISMATCH" : "INTERRUPTED"];
  const stored = model.seeds[given.index];
  return [stored === null || stored === given.seed ? "ok" : "RANGE_OVERLAP"];
}

function advance(model: Model, given: Step, outcome: Outcome): void {
  if (outcome !== "ok") return;
  if (given.kind === "abort") model.state = "aborted";
  if (given.kind !== "write") return;
  model.seeds[given.index] = given.seed;
  if (model.state === "open" && model.seeds.every((seed) => seed !== null)) model.state = "completed";
}

async function perform({ uploads, engine }: Rig, id: string, given: Step): Promise<void> {
  switch (given.kind) {
    case "write":
      return void (await uploads.write(
        id,
        { index: given.index },
        whole(slice(Math.min(given.index, count - 1), given.seed)),
      ));
    case "short":
      return void (await uploads.write(
        id,
        { index: given.index },
        whole(slice(Math.min(given.index, count - 1), 1).subarray(1)),
      ));
    case "broken":
      return void (await uploads.write(
        id,
        { index: given.index },
        breaking(slice(Math.min(given.index, count - 1), 3).subarray(0, 50), given.index === count - 1 ? 100 : chunk),
      ));
    case "sweep":
      return void (await engine.sweep());
    case "restart":
      return;
    default:
      await uploads[given.kind](id);
  }
}

test("every sequence of requests does what the model says, also across restarts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const backend = memoryBackend();
      let now = rig({ driver: memoryDriver({ backend }) });
      const { store } = now;
      const { id } = await now.uploads.create(planned(size));
      const model: Model = { seeds: Array.from({ length: count }, () => null), state: "open" };
      for (const given of steps) {
        if (given.kind === "restart") now = rig({ store, driver: memoryDriver({ backend }) });
        const outcome: Outcome = await perform(now, id, given).then(
          () => "ok" as const,
          (error: { readonly code: ErrorCode }) => error.code,
        );
        expect(expected(model, given)).toContain(outcome);
        advance(model, given, outcome);
        expect((await now.uploads.status(id)).session.state).toBe(model.state);
      }
      await checkEnd(now, id, model);
    }),
    { numRuns: 150 },
  );
});

async function checkEnd({ uploads }: Rig, id: string, model: Model): Promise<void> {
  const entry = await uploads.find({ path: "/a.bin" });
  expect(entry !== null).toBe(model.state === "completed");
  expect(await uploads.usage()).toMatchObject({
    reserved: model.state === "open" ? size : 0,
    stored: entry === null ? 0 : size,
  });
  if (entry === null) return;
  const bytes = Buffer.concat(model.seeds.map((seed, at) => slice(at, seed ?? 0)));
  expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(bytes);
}
