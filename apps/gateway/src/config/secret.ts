import { z } from "zod";

/** As many characters as make 256 bits where each carries eight: less invites guessing. */
export const secret = z.string().min(32, "shorter than 32 characters");
