import { z } from "zod";

/** Options of `local`, validated when the driver is made; the README's table says the same. */
export const localOptionsSchema = z.strictObject({
  root: z.string().min(1).meta({
    description:
      "Folder that belongs to this driver alone; made where it is missing. Relative to the working directory.",
  }),
  durability: z.enum(["process", "disk"]).default("process").meta({
    description:
      "What an acknowledged byte survives: `process`, the death of the process; `disk`, also power loss (every receipt waits for a flush).",
  }),
  syncBelow: z.int().min(0).max(1_048_576).default(65_536).meta({
    description:
      "Bodies up to this many bytes are written by synchronous calls, which costs small files half the CPU; 0 for a slow or remote disk. Never with durability `disk`.",
  }),
  openFiles: z.int().min(1).max(65_536).default(256).meta({
    description: "Most part files kept open between chunks.",
  }),
  idleMs: z.int().min(10).max(3_600_000).default(2_000).meta({
    description: "A part file that nobody wrote to for this long is closed, at the latest after twice as long.",
  }),
  fileMode: z.int().min(0).max(0o777).default(0o640).meta({
    description: "Permissions of new files, before the umask.",
  }),
  folderMode: z.int().min(0).max(0o777).default(0o750).meta({
    description: "Permissions of new folders, before the umask.",
  }),
  hardLinks: z.enum(["auto", "never"]).default("auto").meta({
    description:
      "How an object is published: by link(2) where the file system has it, else (or with `never`) by a reservation and rename(2).",
  }),
  inodes: z.enum(["stable", "unstable"]).default("stable").meta({
    description:
      "Whether a file keeps its inode number. `unstable` for FAT and FUSE file systems that invent numbers: a part file that was replaced is then not noticed.",
  }),
  minFree: z.int().min(0).default(1_073_741_824).meta({
    description: "`check` warns where fewer bytes than this are free.",
  }),
  staleMs: z.int().min(60_000).default(604_800_000).meta({
    description: "`check` warns of part files that nobody wrote to for this long.",
  }),
});

/** What a caller gives; all but `root` have defaults. */
export type LocalOptions = z.input<typeof localOptionsSchema>;

/** Options with their defaults filled in. */
export type LocalSettings = z.output<typeof localOptionsSchema>;
