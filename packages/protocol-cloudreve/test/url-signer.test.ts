import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { urlSigner } from "../src/files/url-signer.js";

/** A signer whose key is this text itself, as in Cloudreve's own rules. */
function signerOf(key: string): ReturnType<typeof urlSigner> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return urlSigner(() =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(key), algorithm, false, ["sign", "verify"]),
  );
}

describe("URL signatures", () => {
  test("the vector of Cloudreve's rules", async () => {
    const path = "/api/v4/file/content/oqI8/0/a b.txt";
    const signed = "vs2eVPzsdwS6nzS9z8ZgheiHmz6CirIVAL1LvQkVmb8=:1749623351";
    expect(await signerOf("k").sign(path, 1749623351)).toBe(signed);
    expect(await signerOf("k").verify(path, signed, 1749623351)).toBe("valid");
    expect(await signerOf("k").verify(path, signed, 1749623352)).toBe("expired");
    expect(await signerOf("K").verify(path, signed, 0)).toBe("wrong");
  });

  test("what lacks, or is no expiry", async () => {
    const signer = signerOf("k");
    expect(await signer.verify("/a", null, 0)).toBe("absent");
    expect(await signer.verify("/a", "", 0)).toBe("absent");
    expect(await signer.verify("/a", "abcd:", 0)).toBe("absent");
    expect(await signer.verify("/a", "abcd", 0)).toBe("malformed");
    expect(await signer.verify("/a", "abcd:-1", 0)).toBe("malformed");
    expect(await signer.verify("/a", "abcd:01", 0)).toBe("malformed");
    expect(await signer.verify("/a", "?:1", 0)).toBe("malformed");
    expect(await signer.verify("/a", ":1", 0)).toBe("wrong");
    expect(await signer.verify("/a", "1", 0)).toBe("wrong");
  });

  test("no other path, expiry or text passes", async () => {
    const signer = signerOf("some key");
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.nat(), fc.string(), fc.nat(), async (path, expires, other, at) => {
        const signature = await signer.sign(path, expires);
        expect(await signer.verify(path, signature, 0)).toBe("valid");
        if (other !== path) expect(await signer.verify(other, signature, 0)).not.toBe("valid");
        const cut = at % signature.length;
        const changed = `${signature.slice(0, cut)}${signature[cut] === "A" ? "B" : "A"}${signature.slice(cut + 1)}`;
        expect(await signer.verify(path, changed, 0)).not.toBe("valid");
      }),
    );
  });

  test("0 never expires", async () => {
    const signer = signerOf("k");
    expect(await signer.verify("/a", await signer.sign("/a", 0), 9e12)).toBe("valid");
  });
});
