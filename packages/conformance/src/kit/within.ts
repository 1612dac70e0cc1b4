/** What the promise gives, or a failure that names the fact if it takes longer. */
export async function within<Value>(limitMs: number, promise: Promise<Value>, fact: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms: ${fact}`)), limitMs);
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets everything that is ready run, and a little more. */
export function breathe(ms = 5): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
