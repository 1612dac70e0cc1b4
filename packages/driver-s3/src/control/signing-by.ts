import { sigV4 } from "@stowage/s3-wire";
import type { Signing } from "../context.js";
import { noAnswer } from "../errors.js";
import type { Control } from "./control.js";

/** A signer for the keys of now; the same one as long as they are the same, as it remembers what it derived. */
export function signingBy({ credentials }: Pick<Control, "credentials">, region: string): () => Promise<Signing> {
  let last: { readonly keys: unknown; readonly signing: Signing } | undefined;
  return async () => {
    const keys = await credentials().catch((error: unknown) => {
      throw noAnswer(error, "credentials");
    });
    if (last?.keys !== keys) {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = keys;
      const plain = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
      last = { keys, signing: { signer: sigV4(plain, { region }), until: expiration?.getTime() ?? null } };
    }
    return last.signing;
  };
}
