import type { Checksum, ChecksumAlgorithm } from "@stowage/core";
import { nativeDigest } from "@stowage/core/node";
import { expectRefused } from "../../kit/expect.js";
import { type DriverCase, where } from "../driver-case.js";
import type { Upload } from "../driver-lab.js";
import { expectObject, finish } from "../expect-object.js";
import { cut } from "../layout.js";

const algorithms: readonly ChecksumAlgorithm[] = ["crc32", "crc32c", "crc64nvme", "md5", "sha1", "sha256", "sha512"];
const some = where(({ checksums = [] }) => checksums.length > 0, "the backend verifies no digest");
const notAll = where(({ checksums = [] }) => checksums.length < algorithms.length, "the backend verifies every digest");

/** Digests that the backend itself verifies. */
export const checksumCases: readonly DriverCase[] = [
  {
    id: "write/checksum-verified",
    says: "a chunk with the right digest of a declared kind is taken",
    notFor: some,
    run: async (lab) => {
      for (const algorithm of lab.capabilities.checksums ?? []) {
        const upload = await lab.open(cut(lab.capabilities, { count: 1 }));
        await upload.complete([await upload.write(0, { checksum: digestOf(upload.content, algorithm) })]);
        await expectObject(lab, upload, `object sent with ${algorithm}`);
      }
    },
  },
  {
    id: "write/checksum-mismatch",
    says: "a chunk whose digest differs is refused and does not count",
    notFor: some,
    run: async (lab) => {
      for (const algorithm of lab.capabilities.checksums ?? []) {
        const upload = await lab.open(cut(lab.capabilities, { count: 1 }));
        const checksum = digestOf(upload.content.subarray(1), algorithm);
        await expectRefused(upload.write(0, { checksum }), ["CHECKSUM_MISMATCH"], `write with a wrong ${algorithm}`);
        await finish(lab, upload);
      }
    },
  },
  {
    id: "write/checksum-refused",
    says: "a digest of a kind that is not declared is refused as UNSUPPORTED",
    notFor: notAll,
    run: async (lab) => {
      const declared = lab.capabilities.checksums ?? [];
      for (const algorithm of algorithms.filter((each) => !declared.includes(each))) {
        const upload: Upload = await lab.open(cut(lab.capabilities, { count: 1 }));
        const checksum = digestOf(upload.content, algorithm);
        await expectRefused(upload.write(0, { checksum }), ["UNSUPPORTED"], `write with ${algorithm}`);
      }
    },
  },
];

function digestOf(bytes: Uint8Array, algorithm: ChecksumAlgorithm): Checksum {
  const digest = nativeDigest(algorithm);
  digest.update(bytes);
  return { algorithm, value: digest.value() };
}
