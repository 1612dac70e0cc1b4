import { z } from "zod";

const envelopeSchema = z.object({ code: z.int(), msg: z.string().default(""), data: z.unknown().optional() });

/** What every JSON answer is wrapped in. */
export interface Envelope {
  /** One of `codes`, or another: 0 is success. */
  readonly code: number;
  /** For people; empty on success. */
  readonly msg: string;
  /** `undefined` where there is none. */
  readonly data: unknown;
}

/** An answer's body; `null` for what is no envelope: a proxy's page, a body that was cut. */
export function readEnvelope(text: string): Envelope | null {
  try {
    const { success, data } = envelopeSchema.safeParse(JSON.parse(text));
    return success ? { code: data.code, msg: data.msg, data: data.data } : null;
  } catch {
    return null;
  }
}
