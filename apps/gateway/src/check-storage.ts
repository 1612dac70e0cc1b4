import { UploadError } from "@stowage/core";
import type { Logger, StorageDriver } from "@stowage/core";

/**
 * Asks a driver whether its backend is fit for uploads, before anybody sends one. What only may go wrong is logged.
 *
 * @throws {UploadError} `OPTIONS_INVALID` with all that is wrong, each with its mend
 */
export async function checkStorage(driver: StorageDriver, log: Logger): Promise<void> {
  const findings = (await driver.check?.({ signal: new AbortController().signal })) ?? [];
  const issues: string[] = [];
  for (const { severity, subject, message, mend } of findings) {
    if (severity === "error") issues.push(`${subject}: ${message}: ${mend}`);
    else log.warn({ driver: driver.name, subject, mend }, message);
  }
  if (issues.length === 0) return;
  throw new UploadError("OPTIONS_INVALID", `storage ${driver.name} cannot be used: ${issues.join("; ")}`, {
    driver: driver.name,
    issues,
  });
}
