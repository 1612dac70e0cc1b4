import { createCipheriv, createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

const pieceSize = 1_048_576;

/** Writes so many bytes that no two places share, the same for a seed; returns their SHA-256. */
export async function writeRandomFile(path: string, size: number, seed: number): Promise<string> {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16));
  const zeros = Buffer.alloc(pieceSize);
  const hash = createHash("sha256");
  const file = await open(path, "w");
  for (let at = 0; at < size; at += pieceSize) {
    const piece = cipher.update(zeros.subarray(0, Math.min(pieceSize, size - at)));
    hash.update(piece);
    await file.write(piece);
  }
  await file.close();
  return hash.digest("hex");
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: pieceSize })) hash.update(piece as Buffer);
  return hash.digest("hex");
}
