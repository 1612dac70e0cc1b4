import { type Json, UploadError } from "@stowage/core";
import { breathe } from "../../src/kit/within.js";
import { altered, alteredSink, type DriverSetup } from "./altered-driver.js";
import type { Mutant } from "./mutant.js";

function lost(): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", "no such upload", { driver: "memory" });
}

/** Drivers that are wrong about how an upload begins and ends. */
export const endMutants: Readonly<Record<string, Mutant<DriverSetup>>> = {
  "takes a deferred size that it does not declare": {
    caughtBy: ["begin/deferred-size-refused"],
    setup: altered(
      ({ driver }) => ({ begin: (target, options) => driver.begin({ ...target, size: target.size ?? 0 }, options) }),
      { deferredSize: false },
    ),
  },
  "declares a deferred size and refuses it": {
    caughtBy: ["begin/deferred-size"],
    setup: altered(({ driver }) => ({ capabilities: { ...driver.capabilities, deferredSize: true } }), {
      deferredSize: false,
    }),
  },
  "touches the backend in a begin that it declares passive": {
    caughtBy: ["begin/passive"],
    setup: altered(({ driver }) => ({ capabilities: { ...driver.capabilities, passiveBegin: true } }), {
      passiveBegin: false,
    }),
  },
  "gives all uploads one handle": {
    caughtBy: [
      "begin/two-sessions-independent",
      "write/silent-sender-blocks-nobody",
      "complete/never-overwrites",
      "abort/others-untouched",
    ],
    setup: altered(({ driver }) => {
      let shared: Promise<Json> | undefined;
      return { begin: (target, options) => (shared ??= driver.begin(target, options)) };
    }),
  },
  "keeps in its own memory what belongs into the handle": {
    caughtBy: ["handle/new-instance", "handle/foreign", "complete/lost-answer", "close/uploads-stay-open"],
    setup: altered(({ driver }) => {
      const handles: Json[] = [];
      return {
        begin: async (target, options) => handles.push(await driver.begin(target, options)) - 1,
        sink: (handle, target) => driver.sink(handles[Number(handle)] ?? null, target),
        fence: async (handle, target, options) =>
          handles.push((await driver.fence?.(handles[Number(handle)] ?? null, target, options)) ?? null) - 1,
      };
    }),
  },
  "puts into the handle what JSON loses": {
    caughtBy: ["handle/json-round-trip", "handle/new-instance", "handle/foreign", "error/no-secret"],
    setup: altered(({ driver }) => ({
      begin: async (target, options) => new Map([["handle", await driver.begin(target, options)]]) as unknown as Json,
      sink: (handle, target) => driver.sink((handle as unknown as Map<string, Json>).get("handle") ?? null, target),
      fence: async (handle, target, options) => {
        const inner = (handle as unknown as Map<string, Json>).get("handle") ?? null;
        return new Map([["handle", await driver.fence?.(inner, target, options)]]) as unknown as Json;
      },
    })),
  },
  "trusts any handle": {
    caughtBy: ["handle/foreign"],
    setup: altered(({ driver }) => ({
      sink: (handle, target) => {
        const isOurs = typeof handle === "object" && handle !== null && "upload" in handle;
        return driver.sink(isOurs ? handle : { upload: "default", generation: "default" }, target);
      },
    })),
  },
  "tells its handle in errors": {
    caughtBy: ["error/no-secret"],
    setup: alteredSink((sink, { handle }) => ({
      complete: async (receipts, options) => {
        try {
          return await sink.complete(receipts, options);
        } catch (error) {
          const { code, details } = error as UploadError;
          throw new UploadError(code, `complete of ${JSON.stringify(handle)} failed`, details);
        }
      },
    })),
  },
  "throws errors of its vendor": {
    caughtBy: ["complete/missing-part", "complete/never-overwrites", "abort/then-complete", "error/no-secret"],
    setup: alteredSink((sink) => ({
      complete: async (receipts, options) => {
        try {
          return await sink.complete(receipts, options);
        } catch {
          throw new RangeError("NoSuchUpload");
        }
      },
    })),
  },
  "mangles keys that are not ASCII": {
    caughtBy: ["begin/unicode-key"],
    setup: altered(({ driver }) => ({
      sink: (handle, target) => driver.sink(handle, { ...target, key: target.key.replaceAll(/[^ -~]/g, "_") }),
    })),
  },
  "climbs along a key": {
    caughtBy: ["begin/traversal-key"],
    setup: altered(({ driver, backend }) => ({
      sink: (handle, target) => {
        const key = new URL(target.key, "http://host/").pathname.slice(1);
        if (!target.key.includes("..")) return driver.sink(handle, target);
        backend.objects.delete(key);
        return driver.sink(handle, { ...target, key });
      },
    })),
  },
  "completes over another object": {
    caughtBy: ["complete/never-overwrites"],
    setup: alteredSink((sink, { backend, target, handle }) => ({
      complete: async (receipts, options) => {
        const there = backend.objects.get(target.key);
        if (there?.upload !== (handle as { upload: string }).upload) backend.objects.delete(target.key);
        return sink.complete(receipts, options);
      },
    })),
  },
  "completes once only": {
    caughtBy: [
      "complete/idempotent",
      "complete/lost-answer",
      "complete/empty-object",
      "complete/late-write",
      "fence/complete-twice",
    ],
    setup: alteredSink((sink, { backend, target, handle }) => ({
      complete: async (receipts, options) => {
        if (backend.objects.get(target.key)?.upload === (handle as { upload: string }).upload) throw lost();
        return sink.complete(receipts, options);
      },
    })),
  },
  "remembers in its own memory what is complete": {
    caughtBy: ["complete/lost-answer"],
    setup: altered(({ driver, backend }) => {
      const done = new Set<string>();
      return {
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          return {
            ...sink,
            complete: async (receipts, options) => {
              if (backend.objects.has(target.key) && !done.has(target.key)) throw lost();
              const object = await sink.complete(receipts, options);
              done.add(target.key);
              return object;
            },
          };
        },
      };
    }),
  },
  "completes without its parts": {
    caughtBy: ["complete/missing-part"],
    setup: alteredSink((sink, { target }) => ({
      complete: (_, options) => sink.complete([{ offset: 0, size: target.size ?? 0, token: "" }], options),
    })),
  },
  "loses the last chunk": {
    caughtBy: ["write/in-order"],
    isBroad: true,
    setup: alteredSink((sink, { backend, target }) => ({
      complete: async (receipts, options) => {
        const object = await sink.complete(receipts, options);
        const there = backend.objects.get(target.key);
        const end = receipts.length > 1 ? receipts.at(-1)?.offset : undefined;
        if (there !== undefined && end !== undefined)
          backend.objects.set(target.key, { ...there, bytes: there.bytes.subarray(0, end) });
        return object;
      },
    })),
  },
  "shows an object before it is complete": {
    caughtBy: ["begin/two-sessions-independent", "complete/atomic", "abort/idempotent", "abort/then-write"],
    setup: alteredSink((sink, { backend, target }) => ({
      write: async (chunk, options) => {
        const receipt = await sink.write(chunk, options);
        if (!backend.objects.has(target.key))
          backend.objects.set(target.key, { upload: "early", bytes: new Uint8Array(1) });
        return receipt;
      },
      complete: async (receipts, options) => {
        if (backend.objects.get(target.key)?.upload === "early") backend.objects.delete(target.key);
        return sink.complete(receipts, options);
      },
    })),
  },
  "shows the object while it is being made": {
    caughtBy: ["complete/atomic"],
    setup: alteredSink((sink, { backend, target }) => ({
      complete: async (receipts, options) => {
        const object = await sink.complete(receipts, options);
        const whole = backend.objects.get(target.key);
        if (whole === undefined) return object;
        backend.objects.set(target.key, { ...whole, bytes: whole.bytes.slice(0, -1) });
        await breathe(20);
        backend.objects.set(target.key, whole);
        return object;
      },
    })),
  },
  "wants a receipt for an empty object": {
    caughtBy: ["complete/empty-object"],
    setup: alteredSink((sink) => ({
      complete: (receipts, options) => {
        if (receipts.length === 0) throw new UploadError("UPLOAD_INCOMPLETE", "no parts", { missing: [] });
        return sink.complete(receipts, options);
      },
    })),
  },
  "takes no empty chunk": {
    caughtBy: ["complete/empty-chunk"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        if (chunk.body.size !== 0) return sink.write(chunk, options);
        throw new UploadError("BACKEND_REJECTED", "empty part", { driver: "memory", status: 400 });
      },
    })),
  },
  "tells another size than the object's": {
    caughtBy: ["write/in-order", "complete/lost-answer", "complete/late-write", "probe/complete"],
    setup: alteredSink((sink) => ({
      complete: async (receipts, options) => ({ ...(await sink.complete(receipts, options)), size: receipts.length }),
    })),
  },
  "keeps the parts of a complete upload": {
    caughtBy: ["complete/leaves-nothing", "abort/null-handle", "fence/leaves-nothing"],
    setup: alteredSink((sink, { backend, target }) => ({
      complete: async (receipts, options) => {
        const object = await sink.complete(receipts, options);
        backend.uploads.set(`rest of ${target.key}`, { key: "rest", generations: new Map() });
        return object;
      },
    })),
  },
  "lets a late writer into the object": {
    caughtBy: ["complete/never-overwrites", "complete/late-write"],
    setup: alteredSink((sink, { backend, target }) => ({
      write: async (chunk, options) => {
        const there = backend.objects.get(target.key);
        if (there === undefined) return sink.write(chunk, options);
        for await (const piece of chunk.body.stream()) there.bytes.set(piece, chunk.offset);
        throw lost();
      },
    })),
  },
  "forgets to abort": {
    caughtBy: [
      "abort/leaves-nothing",
      "abort/null-handle",
      "abort/then-complete",
      "abort/then-write",
      "abort/while-writing",
      "probe/gone",
      "fence/leaves-nothing",
    ],
    setup: altered(() => ({ abort: async () => {} })),
  },
  "aborts with a handle only": {
    caughtBy: ["abort/null-handle", "abort/then-write"],
    setup: altered(({ driver }) => ({
      abort: async (handle, target, options) => (handle === null ? undefined : driver.abort(handle, target, options)),
    })),
  },
  "aborts all whose keys begin alike": {
    caughtBy: ["abort/others-untouched"],
    setup: altered(({ backend }) => ({
      abort: async (_, { key }) => {
        for (const [id, open] of backend.uploads) if (open.key.startsWith(key)) backend.uploads.delete(id);
      },
    })),
  },
  "aborts what is open only": {
    caughtBy: ["abort/idempotent", "abort/others-untouched", "abort/while-writing"],
    setup: altered(({ driver, backend }) => ({
      abort: async (handle, target, options) => {
        if (![...backend.uploads.values()].some(({ key }) => key === target.key)) throw lost();
        return driver.abort(handle, target, options);
      },
    })),
  },
  "waits with an abort until the writers are done": {
    caughtBy: ["abort/while-writing"],
    setup: altered(({ driver }) => {
      const writing = new Set<Promise<unknown>>();
      return {
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          return {
            ...sink,
            write: (chunk, options) => {
              const write = sink.write(chunk, options);
              writing.add(write);
              return write.finally(() => writing.delete(write));
            },
          };
        },
        abort: async (handle, target, options) => {
          await Promise.allSettled(writing);
          return driver.abort(handle, target, options);
        },
      };
    }),
  },
  "completes what was aborted": {
    caughtBy: [
      "abort/leaves-nothing",
      "abort/null-handle",
      "abort/then-complete",
      "abort/then-write",
      "abort/while-writing",
      "probe/gone",
      "fence/leaves-nothing",
    ],
    setup: altered(({ driver, backend }) => ({
      abort: async (handle, target, options) => {
        const kept = [...backend.uploads].filter(([, { key }]) => key === target.key);
        await driver.abort(handle, target, options);
        for (const [id, open] of kept) backend.uploads.set(id, { ...open, key: "kept" });
      },
    })),
  },
};
