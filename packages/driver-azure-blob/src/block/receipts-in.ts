import type { Receipt } from "@stowage/core";
import { type BlockId, clientWriting, parseBlockId } from "./block-id.js";
import type { ListedBlock } from "./list-blocks.js";
import { printToken } from "./receipt-token.js";

type Placed = BlockId & { readonly size: number };

/**
 * The receipts that a list of blocks amounts to, by offset. A writing counts when it is whole: from its first block to the
 * one that says that it is the last. What clients sent by themselves is one block each.
 *
 * @param upload hash of the upload's mark; blocks of others are left out
 */
export function receiptsIn(listed: readonly ListedBlock[], upload: string): readonly Receipt[] {
  const writings = new Map<string, Placed[]>();
  for (const { id, size } of listed) {
    const parsed = parseBlockId(id);
    if (parsed === null || parsed.upload !== upload) continue;
    const name = parsed.writing === clientWriting ? `${clientWriting} ${parsed.offset}` : parsed.writing;
    const known = writings.get(name);
    if (known === undefined) writings.set(name, [{ ...parsed, size }]);
    else known.push({ ...parsed, size });
  }
  const receipts = [...writings.values()].flatMap((blocks) => receiptOf(blocks));
  return receipts.sort((one, other) => one.offset - other.offset);
}

function receiptOf(blocks: Placed[]): readonly Receipt[] {
  blocks.sort((one, other) => one.place - other.place);
  const [first] = blocks;
  if (first === undefined) return [];
  const { offset, writing } = first;
  let size = 0;
  for (const [at, block] of blocks.entries()) {
    const isNext = block.place === at && block.offset === offset + size && block.isLast === (at === blocks.length - 1);
    if (!isNext) return [];
    size += block.size;
  }
  return [{ offset, size, token: printToken({ writing, sizes: blocks.map((block) => block.size) }) }];
}
