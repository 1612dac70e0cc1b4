import { isUploadError, type Json } from "@stowage/core";
import { expectSame, expectTrue } from "../../kit/expect.js";
import { type DriverCase, having, withNewInstance } from "../driver-case.js";
import type { DriverLab } from "../driver-lab.js";
import { expectObject } from "../expect-object.js";

/** Set-up, shutdown, and what errors tell. */
export const lifecycleCases: readonly DriverCase[] = [
  {
    id: "check/healthy",
    says: "the check of a backend that works finds no error",
    notFor: having(({ driver }) => driver.check !== undefined, "the driver checks nothing"),
    run: async (lab) => {
      const findings = (await lab.soon(lab.driver.check?.(lab.options) ?? Promise.resolve([]), "check ends")) ?? [];
      expectSame(
        findings.filter(({ severity }) => severity === "error"),
        [],
        "errors found",
      );
    },
  },
  {
    id: "close/uploads-stay-open",
    says: "closing the driver leaves uploads open for the next process",
    notFor: withNewInstance,
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      await lab.soon(lab.driver.close?.() ?? Promise.resolve(), "close ends");
      const next = upload.through({ driver: lab.fixture.newInstance?.() ?? lab.driver });
      await next.complete(receipts);
      await expectObject(lab, next);
    },
  },
  {
    id: "error/no-secret",
    says: "errors are UploadErrors and tell nothing of handles and credentials",
    run: async (lab) => {
      const upload = await lab.open();
      const secrets = secretsOf(lab, upload.handle, upload.target.key);
      for (const [what, error] of await provoke(lab, upload)) {
        expectTrue(isUploadError(error), `${what}: not an UploadError but ${String(error)}`);
        const told = tell(error);
        expectTrue(!secrets.some((secret) => told.includes(secret)), `${what}: the error tells a secret`);
      }
    },
  },
];

type Provoked = readonly (readonly [string, unknown])[];

async function provoke(lab: DriverLab, upload: Awaited<ReturnType<DriverLab["open"]>>): Promise<Provoked> {
  const found: [string, unknown][] = [];
  const note = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      found.push([what, error]);
    }
  };
  await note("complete without parts", () => upload.complete([]));
  await note("write ahead", () => upload.write(upload.layout.ranges.length - 1));
  await note("foreign handle", async () => lab.driver.sink({ foreign: true }, upload.target).probe(lab.options));
  const receipts = await upload.writeAll();
  await lab.driver.abort(upload.handle, upload.target, lab.options);
  await note("complete after abort", () => upload.complete(receipts));
  await note("read of nothing", async () => lab.driver.objects?.read?.(upload.target.key, null, lab.options));
  return found;
}

/** A string of this length is no word of a message. */
const secretLength = 16;

function secretsOf({ fixture }: DriverLab, handle: Json, key: string): readonly string[] {
  const own = stringsIn(handle).filter(
    (text) => text.length >= secretLength && !key.includes(text) && !text.includes(key),
  );
  return [...(fixture.secrets ?? []), ...own];
}

function stringsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap((inner) => stringsIn(inner)) : [];
}

/** Message, details and stack of an error and of all its causes. */
function tell(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { message, stack, details, cause } = error as {
    message?: string;
    stack?: string;
    details?: unknown;
    cause?: unknown;
  };
  return [message, stack, JSON.stringify(details), cause === undefined ? "" : tell(cause)].join("\n");
}
