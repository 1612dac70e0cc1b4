import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ListObjectsV2CommandInput } from "@aws-sdk/client-s3";
import { outcome } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";

async function fill({ plain, server }: Subject, prefix: string): Promise<void> {
  const names = ["b", "a/1", "Z", "a/2", "ä"];
  await Promise.all(
    names.map((name) =>
      plain.send(new PutObjectCommand({ Bucket: server.bucket, Key: `${prefix}${name}`, Body: name })),
    ),
  );
}

function list({ plain, server }: Subject, more: Partial<ListObjectsV2CommandInput>) {
  return plain.send(new ListObjectsV2Command({ Bucket: server.bucket, ...more }));
}

/** Lists some names under the case's id, with what it shows of each page. */
function listing(id: string, s3: string, more: Partial<ListObjectsV2CommandInput>): DialectCase {
  return {
    id,
    s3,
    observe: async (subject) => {
      await fill(subject, `${id}/`);
      return outcome(
        list(subject, { Prefix: `${id}/`, ...more }),
        ({ Contents = [], CommonPrefixes = [], KeyCount }) => {
          const names = [...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)];
          return `${names.map((name) => name?.slice(id.length + 1)).join(" ")} (${KeyCount})`;
        },
      );
    },
  };
}

/** ListObjectsV2. */
export const listingCases: readonly DialectCase[] = [
  listing("listing/order", "Z a/1 a/2 b ä (5)", {}),
  listing("listing/folders", "Z b ä a/ (4)", { Delimiter: "/" }),
  listing("listing/after", "b ä (2)", { StartAfter: "listing/after/a/2" }),
  listing("listing/encoded", "Z a/1 a/2 b %C3%A4 (5)", { EncodingType: "url" }),
  {
    id: "listing/pages",
    s3: "Z a/1 | a/2 b | ä",
    observe: async (subject) => {
      await fill(subject, "listing/pages/");
      const pages: string[] = [];
      let token: string | undefined;
      do {
        const more = token === undefined ? {} : { ContinuationToken: token };
        const page = await list(subject, { Prefix: "listing/pages/", MaxKeys: 2, ...more });
        pages.push((page.Contents ?? []).map(({ Key }) => Key?.slice("listing/pages/".length)).join(" "));
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined && pages.length < 9);
      return pages.join(" | ");
    },
  },
  {
    id: "listing/wrong-token",
    s3: "400 InvalidArgument",
    observe: (subject) => outcome(list(subject, { ContinuationToken: "\u{1F648}" })),
  },
  {
    id: "listing/negative-count",
    s3: "400 InvalidArgument",
    observe: (subject) => outcome(list(subject, { MaxKeys: -1 })),
  },
];
