import type { Runtime } from "@stowage/core";

/** MD5 of a body that goes by, and of single blocks; nothing is computed where nobody asked. */
export interface Digesting {
  update(piece: Uint8Array): void;
  /** Base64, of all that went by. */
  value(): string;
  /** Base64. */
  of(bytes: Uint8Array): string;
}

/** @param wanted what the sender says that it is; `null`: nothing */
export function digesting(runtime: Runtime, wanted: string | null): Digesting {
  const whole = wanted === null ? null : runtime.digest("md5");
  return {
    update: (piece) => whole?.update(piece),
    value: () => whole?.value() ?? "",
    of: (bytes) => {
      const digest = runtime.digest("md5");
      digest.update(bytes);
      return digest.value();
    },
  };
}
