import { setTimeout as wait } from 'node:timers/promises';
import { isStoreOut } from '../store/store-error.ts';

/** A restart takes seconds, a failover to another server up to a minute or two. */
const LONGEST_OUTAGE_MILLISECONDS = 180_000;
const FIRST_WAIT_MILLISECONDS = 100;
const LONGEST_WAIT_MILLISECONDS = 2_000;

/**
 * Repeats work that must not be lost because the database restarts: what was accepted, what was paid for. The work must be
 * repeatable: a commit whose reply was lost is done again. Other failures, and an outage without end, are thrown.
 */
export async function outlastOutage<Result>(work: () => Promise<Result>, longest = LONGEST_OUTAGE_MILLISECONDS): Promise<Result> {
  const end = performance.now() + longest;
  for (let pause = FIRST_WAIT_MILLISECONDS; ; pause = Math.min(LONGEST_WAIT_MILLISECONDS, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isStoreOut(error) || performance.now() > end) throw error;
    }
    await wait(pause * (0.5 + Math.random() / 2));
  }
}
