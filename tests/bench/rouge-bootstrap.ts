/** Resamples; more of them no longer move the second digit. */
const RESAMPLES = 5_000;

/** Park and Miller's generator: the same numbers for the same seed, between 0 and 1. */
export function seededRandom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

/** The mean difference of two measures on the same cases, with its 95 % interval by resampling the cases. */
export function pairedBootstrap(ours: readonly number[], theirs: readonly number[]): { mean: number; low: number; high: number } {
  const differences = ours.map((value, at) => value - (theirs[at] ?? 0));
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const random = seededRandom(1);
  const means = Array.from({ length: RESAMPLES }, () =>
    meanOf(differences.map(() => differences[Math.floor(random() * differences.length)] ?? 0)),
  );
  means.sort((one, other) => one - other);
  return { mean: meanOf(differences), low: means[Math.floor(RESAMPLES * 0.025)] ?? 0, high: means[Math.floor(RESAMPLES * 0.975)] ?? 0 };
}
