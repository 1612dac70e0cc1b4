/** A subject that is wrong in one way, and the cases that say so. */
export interface Mutant<Setup> {
  /** Every case that fails, in the order of the kit; of a broad mutant the one that was made for it. */
  readonly caughtBy: readonly [string, ...string[]];
  /** So wrong that much else fails, too. */
  readonly isBroad?: true;
  readonly setup: Setup;
}
