import { UploadError } from "@stowage/core";
import { version1 } from "./schema-v1.js";
import type { Writer } from "./connection.js";

/** Each brings the database from the version that is its index to the next one. Released ones never change. */
const migrations: readonly string[] = [version1];

/** Written into the file's header ("Stow"), so that somebody else's database is never migrated. */
const applicationId = 0x53746f77;

/** The version that this release writes and reads. */
export const schemaVersion = migrations.length;

/**
 * Brings the database to `schemaVersion`, all steps in one transaction. Throws `SQLITE_BUSY` while another process does it.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where a newer release or another program made the file; it is left alone
 */
export async function migrate(writer: Writer): Promise<void> {
  await writer.exec("BEGIN IMMEDIATE");
  try {
    const found = await foundVersion(writer);
    for (const step of migrations.slice(found)) await writer.exec(step);
    await writer.exec(`PRAGMA user_version = ${schemaVersion}; PRAGMA application_id = ${applicationId}; COMMIT`);
  } catch (error) {
    if (writer.isInTransaction()) await writer.exec("ROLLBACK");
    throw error;
  }
}

async function foundVersion(writer: Writer): Promise<number> {
  const header = await writer.prepare<{ application: number; version: number; tables: number }>(
    `SELECT (SELECT application_id FROM pragma_application_id) AS application,
            (SELECT user_version FROM pragma_user_version) AS version,
            (SELECT count(*) FROM sqlite_master) AS tables`,
  );
  const { application, version, tables } = header.get() ?? { application: 0, version: 0, tables: 0 };
  if (application !== applicationId && (application !== 0 || version !== 0 || tables > 0)) {
    throw refused("the database belongs to another program");
  }
  if (version > schemaVersion) {
    throw refused(`the database has schema version ${version}, this release knows up to ${schemaVersion}`);
  }
  return version;
}

function refused(issue: string): UploadError<"OPTIONS_INVALID"> {
  return new UploadError("OPTIONS_INVALID", `sqlite: ${issue}`, { driver: "sqlite", issues: [issue] });
}
