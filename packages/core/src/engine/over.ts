/**
 * Why a wait of the engine's own ends: what it waited for came. Given as the reason, because without one each
 * `abort()` makes an exception with a stack, which is a tenth of a small upload's time.
 */
export const over = "over";
