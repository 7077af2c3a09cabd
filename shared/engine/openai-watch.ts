import { cancelledError, faultError } from './openai-faults.ts';
import type { EngineLimits } from './openai-limits.ts';
import type { EngineTime } from './openai-time.ts';

/** Looks after one attempt: ends it when the person cancels, the server falls silent, or the time is up. */
export interface Watch {
  /** For the request: aborting it closes the connection. */
  signal: AbortSignal;
  /** Rejects with the reason as soon as the attempt is to be given up; never resolves. */
  givenUp: Promise<never>;
  chunkArrived: () => void;
  /** The answer is whole: what may still come is worth a short wait, and its absence is no failure. */
  answerFinished: () => void;
  /** Closes the connection if it is still open. */
  abort: () => void;
  close: () => void;
}

export interface WatchOptions {
  time: EngineTime;
  limits: EngineLimits;
  budgetMilliseconds: number;
}

export function openWatch({ time, limits, budgetMilliseconds }: WatchOptions, signal: AbortSignal): Watch {
  const controller = new AbortController();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    controller.abort();
  };
  const cancel = (): void => {
    reject(cancelledError());
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const stall = (): void => {
    reject(faultError('stalled'));
  };
  const deadline = time.alarm(budgetMilliseconds, () => {
    reject(faultError('too-slow'));
  });
  let silence = time.alarm(limits.firstChunkMilliseconds, stall);
  let phase: 'waiting' | 'answering' | 'finished' = 'waiting';
  const enter = (next: typeof phase, milliseconds: number, ring: () => void): void => {
    phase = next;
    silence.cancel();
    silence = time.alarm(milliseconds, ring);
  };
  return {
    signal: controller.signal,
    givenUp,
    chunkArrived: () => {
      if (phase === 'waiting') enter('answering', limits.idleMilliseconds, stall);
      else if (phase === 'answering') silence.restart();
    },
    answerFinished: () => {
      enter('finished', limits.afterFinishMilliseconds, abort);
    },
    abort,
    close: () => {
      silence.cancel();
      deadline.cancel();
      signal.removeEventListener('abort', cancel);
    },
  };
}
