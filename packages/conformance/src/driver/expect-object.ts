import { expectBytes, expectSame } from "../kit/expect.js";
import type { DriverLab, Upload } from "./driver-lab.js";

/** The object is at the backend, byte for byte. */
export async function expectObject(
  { fixture }: DriverLab,
  { target, content }: Upload,
  fact = "object",
): Promise<void> {
  expectBytes(await fixture.readBack(target.key), content, fact);
}

/** Nobody sees anything at the key. */
export async function expectNoObject({ fixture }: DriverLab, { target }: Upload, fact: string): Promise<void> {
  const there = await fixture.readBack(target.key);
  if (there !== null) throw new Error(`${fact}: ${there.byteLength} bytes are readable at the key`);
}

/** Nothing but objects is at the backend. */
export async function expectNothingLeft({ fixture }: DriverLab, fact: string): Promise<void> {
  expectSame((await fixture.leftovers?.()) ?? [], [], `left behind ${fact}`);
}

/** Writes everything, completes, and reads it back. */
export async function finish(lab: DriverLab, upload: Upload): Promise<void> {
  await upload.complete(await upload.writeAll());
  await expectObject(lab, upload);
}
