import { z } from "zod";

/** 64-bit numbers are strings on this wire. */
const int64 = z.string().regex(/^\d+$/);
const instant = z.iso.datetime();
const relativePath = z.string().describe("below the root, with backslashes");

/** `GetUploadSession`, by id and by path. */
export const sessionsAnswer = z.object({
  UploadSessions: z.array(
    z.object({
      StoreRelativePath: relativePath,
      SessionId: z.guid(),
      FileSize: int64,
      ModifiedDate: instant.describe("when the session was made"),
      ExpectedRanges: z
        .array(z.object({ StartPosition: int64, EndPosition: int64 }))
        .describe("what is missing; both positions count in"),
    }),
  ),
});

/** Content of a folder, or one file. */
export const contentAnswer = z.object({
  StoreFiles: z.array(
    z.object({
      FileSize: int64,
      FileVersion: z.object({
        VersionNumber: int64.describe("grows when the content is replaced"),
        EpochDataLossNumber: int64,
        EpochConfigurationNumber: int64,
      }),
      ModifiedDate: instant,
      StoreRelativePath: relativePath,
    }),
  ),
  StoreFolders: z.array(
    z.object({
      StoreRelativePath: relativePath,
      FileCount: int64.describe("of the folder and all below, up to 10000"),
    }),
  ),
  ContinuationToken: z.string().optional().describe("there is more: ask again with it"),
});

/** Unfinished upload sessions. */
export type SessionsAnswer = z.output<typeof sessionsAnswer>;
/** A listing. */
export type ContentAnswer = z.output<typeof contentAnswer>;
