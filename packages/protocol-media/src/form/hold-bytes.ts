import { byteBudget } from "@stowage/core";
import type { ByteBudget, CallOptions } from "@stowage/core";

/** Runs work that holds so many bytes in memory, when there is room for them. */
export type HoldBytes = <Value>(bytes: number, options: CallOptions, work: () => Promise<Value>) => Promise<Value>;

/** Of what chunks may hold, one owner's may hold this part; one chunk at a time in any case. */
const shareOfOwner = 1 / 4;

/**
 * Returns who holds bytes for an owner (`null`: the operator). Chunks are held under the budget of the process, and under half
 * of it: the drivers that they are written with ask for memory while the chunks wait, and would wait for ever if chunks had
 * taken it all. Nor has one owner all of that half: forms that come slowly would keep everybody else's waiting.
 */
export function holdBytes(memory: ByteBudget): (owner: string | null) => HoldBytes {
  const half = Math.floor(memory.total / 2);
  const chunks = byteBudget(half);
  const shareOf = shares(Math.floor(half * shareOfOwner));
  return (owner) => (bytes, options, work) =>
    shareOf(owner, (share) => within([share, chunks, memory], bytes, options, work));
}

/** Budgets of owners who hold something or wait; others have none. */
function shares(
  total: number,
): <Value>(owner: string | null, work: (share: ByteBudget) => Promise<Value>) => Promise<Value> {
  const used = new Map<string | null, { readonly share: ByteBudget; users: number }>();
  return async (owner, work) => {
    const entry = used.get(owner) ?? { share: byteBudget(total), users: 0 };
    used.set(owner, entry);
    entry.users += 1;
    try {
      return await work(entry.share);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) used.delete(owner);
    }
  };
}

/** Takes the bytes of one budget after the other, and gives them back. */
async function within<Value>(
  [first, ...others]: readonly ByteBudget[],
  bytes: number,
  options: CallOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  if (first === undefined) return work();
  await first.take(bytes, options);
  try {
    return await within(others, bytes, options, work);
  } finally {
    first.give(bytes);
  }
}
