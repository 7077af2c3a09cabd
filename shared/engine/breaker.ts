import { asHumphreyError, HumphreyError } from '../errors.ts';
import type { Engine } from '../ports.ts';

/** Calls in a row that found the model out, each after its own repeats: it is not bad luck any more. */
const FAILURES = 5;
/** A model that is down is commonly back within minutes; one call at a time finds out. */
const OPEN_MILLISECONDS = 30_000;

export interface BreakerOptions {
  /** Milliseconds of a clock that is never set. */
  now: () => number;
  failures?: number;
  openMilliseconds?: number;
}

/**
 * An engine that stops asking a model that is out: people are told at once, and may choose the offline engine. After a while one
 * call tries again. opossum was weighed: it brings event buckets and a timer a circuit for what three numbers do.
 */
export function createBreaker(engine: Engine, { now, failures = FAILURES, openMilliseconds = OPEN_MILLISECONDS }: BreakerOptions): Engine {
  let inARow = 0;
  let openUntil = 0;
  let probing = false;
  return {
    name: engine.name,
    model: engine.model,
    passageTokenLimit: engine.passageTokenLimit,
    ...(engine.watched === undefined ? {} : { watched: engine.watched }),
    run: async (call, signal) => {
      const open = inARow >= failures;
      if (open && (now() < openUntil || probing)) throw stillOut(Math.max(1, Math.ceil((openUntil - now()) / 1000)));
      probing = open;
      try {
        const answer = await engine.run(call, signal);
        inARow = 0;
        return answer;
      } catch (thrown) {
        const error = asHumphreyError(thrown);
        if (error.code === 'model-unavailable') {
          inARow += 1;
          openUntil = now() + openMilliseconds;
        } else if (error.code === 'model-failed' || error.code === 'rate-limited') {
          // It answered, if badly.
          inARow = 0;
        }
        throw error.code === 'model-unavailable' ? offeringOffline(error) : thrown;
      } finally {
        if (open) probing = false;
      }
    },
  };
}

function stillOut(retryAfterSeconds: number): HumphreyError {
  return new HumphreyError(
    'model-unavailable',
    'The model cannot be reached at the moment. Try again in a few minutes, or use the offline engine: it picks and quotes key sentences without AI.',
    { details: { reason: 'out', offline: true, retryAfterSeconds } },
  );
}

function offeringOffline(error: HumphreyError): HumphreyError {
  return new HumphreyError(error.code, error.message, { cause: error.cause, details: { ...error.details, offline: true } });
}
