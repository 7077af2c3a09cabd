import type { AttemptEnd, CallWatch, Engine, EngineCall, Log, ModelAttempt, ModelQuota, QuotaCall, Reservation } from '../ports.ts';

/** Keeps a record of one attempt before it leaves, and of how it ended. */
export interface ModelCalls {
  begin(call: BegunCall): Promise<RecordedCall>;
}

export interface RecordedCall {
  end(end: Pick<AttemptEnd, 'outcome' | 'usage'>): Promise<void>;
}

/** Whose call it is, and for what. */
export interface CallPurpose {
  tenantId: string;
  objectId: string;
  /** The task, turn or unit of work. */
  workId: string;
  kind: QuotaCall['kind'];
}

export interface BegunCall extends CallPurpose {
  task: string;
  stage: string;
  model: string;
  promptVersion: string;
  attempt: number;
}

export interface QuotaEngineParts {
  quota: ModelQuota;
  calls: ModelCalls;
  purpose: CallPurpose;
  log: Log;
}

/**
 * An engine for one purpose: every attempt waits for its share of the provider's rate, and leaves a record before it leaves
 * us. Prompt tokens and output limit are reserved, which is what providers charge when they let a call in.
 */
export function createQuotaEngine(engine: Engine, parts: QuotaEngineParts): Engine {
  return {
    name: engine.name,
    model: engine.model,
    passageTokenLimit: engine.passageTokenLimit,
    ...(engine.watched === undefined ? {} : { watched: engine.watched }),
    run: async (call, signal) => {
      const watch = watchFor(engine, parts, call);
      if (engine.watched === true) return engine.run({ ...call, watch }, signal);
      // It asks no provider, so there is nothing to reserve; that it was asked is on record all the same.
      const attempt = await recordOf(engine, parts, { call, number: 1 });
      try {
        const answer = await engine.run(call, signal);
        await attempt.end({ outcome: 'answered', usage: answer.usage });
        return answer;
      } catch (error) {
        await attempt.end({ outcome: signal.aborted ? 'cancelled' : 'failed' });
        throw error;
      }
    },
  };
}

function watchFor(engine: Engine, parts: QuotaEngineParts, call: EngineCall<unknown>): CallWatch {
  const { quota, purpose } = parts;
  return {
    begin: async (attempt, signal) => {
      const reservation = await quota.reserve(reservationOf(attempt, purpose.kind), signal);
      const recorded = await recordOrGiveBack(reservation, () => recordOf(engine, parts, { call, number: attempt.number }));
      return {
        headers: (headers) => {
          tolerate(quota.learn(headers), parts.log);
        },
        end: async ({ quota: outcome, ...end }) => {
          // The answer is there and paid for: a database that is out must not take it away.
          tolerate(reservation.settle(outcome), parts.log);
          await recorded.end(end);
        },
      };
    },
  };
}

function reservationOf({ promptTokens, maxOutputTokens }: ModelAttempt, kind: QuotaCall['kind']): QuotaCall {
  return { kind, promptTokens, maxOutputTokens };
}

function recordOf(
  engine: Engine,
  { calls, purpose }: QuotaEngineParts,
  { call, number }: { call: EngineCall<unknown>; number: number },
): Promise<RecordedCall> {
  return calls.begin({
    ...purpose,
    task: call.task.name,
    stage: call.stage,
    model: engine.model,
    promptVersion: call.task.version,
    attempt: number,
  });
}

async function recordOrGiveBack(reservation: Reservation, record: () => Promise<RecordedCall>): Promise<RecordedCall> {
  try {
    return await record();
  } catch (error) {
    await reservation.settle({ kind: 'unsent' });
    throw error;
  }
}

function tolerate(work: Promise<void>, log: Log): void {
  work.catch((error: unknown) => {
    log.warn(
      { cause: error instanceof Error ? error.name : 'unknown' },
      'the quota could not be put right; it rights itself within a minute',
    );
  });
}
