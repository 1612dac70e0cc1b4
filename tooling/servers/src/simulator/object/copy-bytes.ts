import { startDigest } from "../checksum/algorithm.js";
import type { Checksum, ChecksumAlgorithm } from "../checksum/algorithm.js";
import type { Content } from "../content/content.js";
import { newHex } from "../state/simulation.js";
import type { Simulation } from "../state/simulation.js";

/** Bytes `[start, end)` of a content as a new one, with its entity tag and, where an algorithm is given, its checksum. */
export async function copyBytes(
  source: Content,
  start: number,
  end: number,
  algorithm: ChecksumAlgorithm | null,
  simulation: Simulation,
): Promise<{ readonly content: Content; readonly etag: string; readonly checksum: Checksum | null }> {
  const md5 = simulation.realDigests ? startDigest("MD5") : null;
  const digest = algorithm === null ? null : startDigest(algorithm);
  async function* passing(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const bytes of source.read(start, end)) {
      md5?.update(bytes);
      digest?.update(bytes);
      yield bytes;
    }
  }
  const content = await simulation.contents.receive(passing());
  const checksum =
    algorithm === null || digest === null ? null : { algorithm, value: digest.digest().toString("base64") };
  return { content, etag: `"${md5?.digest().toString("hex") ?? newHex()}"`, checksum };
}
