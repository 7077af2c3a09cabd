import type { HumphreyError } from '../errors.ts';
import { againAfter, cancelledError } from './openai-faults.ts';
import type { EngineLimits } from './openai-limits.ts';
import type { Failure } from './openai-status.ts';
import type { EngineTime } from './openai-time.ts';

export interface RetryOptions<Result> {
  /** `budgetMilliseconds` is what is left for this attempt; `number` counts from 1. */
  attempt: (number: number, budgetMilliseconds: number) => Promise<Result>;
  /** Undefined: not a failure of the model, so thrown on as it is. */
  readFailure: (thrown: unknown) => Failure | undefined;
  /** Told of each failed attempt, with the wait before the next, or undefined where there is none. */
  onFailure: (error: HumphreyError, number: number, waitMilliseconds: number | undefined) => void;
  time: EngineTime;
  /** From 0 to 1. */
  random: () => number;
  limits: EngineLimits;
}

/**
 * Repeats a call that may succeed the next time: bounded in attempts, in bad answers and in time, waits included.
 * p-retry was weighed: it has no total budget, and no Retry-After that may end the call.
 */
export async function withRetries<Result>(options: RetryOptions<Result>, signal: AbortSignal): Promise<Result> {
  const { time, limits } = options;
  const end = time.now() + limits.totalMilliseconds;
  let badAnswers = 0;
  for (let number = 1; ; number += 1) {
    try {
      return await options.attempt(number, end - time.now());
    } catch (thrown) {
      if (signal.aborted) throw cancelledError();
      const failure = options.readFailure(thrown);
      if (!failure) throw thrown;
      const again = failure.final ? 'never' : againAfter(failure.error);
      if (again === 'once') badAnswers += 1;
      const wait = Math.round(waitBefore(number, failure, options));
      // A wait that does not fit: the error carries retryAfterSeconds, and whoever called can come back then.
      const fits = time.now() + wait + limits.leastAttemptMilliseconds <= end;
      const repeat = again !== 'never' && number < limits.attempts && badAnswers < limits.badAnswers && fits;
      options.onFailure(failure.error, number, repeat ? wait : undefined);
      if (!repeat) throw failure.error;
      await waitOrCancel(wait, time, signal);
    }
  }
}

/** What the server asked for, in full; else a backoff. Both with some chance in them, or all that were refused come back at once. */
function waitBefore(number: number, failure: Failure, { limits, random }: RetryOptions<unknown>): number {
  if (failure.retryAfterMilliseconds !== undefined) return failure.retryAfterMilliseconds + random() * limits.backoffMilliseconds;
  const longest = Math.min(limits.longestBackoffMilliseconds, limits.backoffMilliseconds * 2 ** (number - 1));
  return longest * (0.5 + random() / 2);
}

async function waitOrCancel(milliseconds: number, time: EngineTime, signal: AbortSignal): Promise<void> {
  try {
    await time.wait(milliseconds, signal);
  } catch (error) {
    throw signal.aborted ? cancelledError() : error;
  }
}
