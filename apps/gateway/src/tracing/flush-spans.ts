import { trace } from "@opentelemetry/api";

/** Longer than an exporter needs that has somebody at the other end. */
const flushMs = 1_000;

/** Has the SDK, where there is one, send what spans it still holds; waits no longer than a second. Never rejects. */
export async function flushSpans(): Promise<void> {
  const sdk = providerOfSdk();
  if (sdk.forceFlush === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, flushMs)));
  await Promise.race([sdk.forceFlush().catch(() => {}), late]);
  clearTimeout(timer);
}

interface Flushable {
  readonly forceFlush?: () => Promise<void>;
}

/** The API hands out a proxy, perhaps of another copy of itself. */
function providerOfSdk(): Flushable {
  const provider = trace.getTracerProvider() as Flushable & { readonly getDelegate?: () => Flushable };
  return provider.getDelegate?.() ?? provider;
}
