import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { BegunCall, ModelCalls } from '../engine/quota-engine.ts';
import type { EngineUsage } from '../ports.ts';
import { inTenant, type Database } from '../store/database.ts';
import { outlastOutage } from './outlast-outage.ts';

/** A call that began and of whose end nothing is known: in flight, or paid for and lost in a process that was killed. */
export interface UnsettledCall {
  callId: string;
  workId: string;
  attempt: number;
  at: Date;
}

/** The record of calls in the table `model_call`: one row before a call leaves, one when it has ended, neither ever changed. */
export function createModelCalls(database: Database): ModelCalls {
  return {
    begin: async (call) => {
      const callId = randomUUID();
      // Without this row nothing is asked: a call that nobody could account for is not made.
      await insert(database, call, { callId, event: 'begun' });
      return { end: ({ outcome, usage }) => outlastOutage(() => insert(database, call, { callId, event: 'ended', outcome, usage })) };
    },
  };
}

interface CallEvent {
  callId: string;
  event: 'begun' | 'ended';
  outcome?: string;
  usage?: EngineUsage | undefined;
}

async function insert(database: Database, call: BegunCall, { callId, event, outcome, usage }: CallEvent): Promise<void> {
  await inTenant(database, call.tenantId, (transaction) =>
    transaction
      .insertInto('model_call')
      .values({
        call_id: callId,
        event,
        tenant_id: call.tenantId,
        object_id: call.objectId,
        work_id: call.workId,
        task: call.task,
        stage: call.stage,
        model: call.model,
        prompt_version: call.promptVersion,
        kind: call.kind,
        attempt: call.attempt,
        outcome: outcome ?? null,
        input_tokens: usage?.inputTokens ?? null,
        cached_input_tokens: usage?.cachedInputTokens ?? null,
        output_tokens: usage?.outputTokens ?? null,
        cost_amount: usage?.cost?.amount ?? null,
        cost_currency: usage?.cost?.currency ?? null,
      })
      // Repeated after a commit whose reply was lost.
      .onConflict((conflict) => conflict.columns(['call_id', 'event']).doNothing())
      .execute(),
  );
}

/** Calls of a piece of work that were begun and never ended. */
export async function unsettledCalls(database: Database, tenantId: string, workId: string): Promise<UnsettledCall[]> {
  return inTenant(database, tenantId, async (transaction) => {
    const { rows } = await sql<UnsettledCall>`
      select call_id as "callId", work_id as "workId", attempt, at from model_call as begun
      where tenant_id = ${tenantId} and work_id = ${workId} and event = 'begun'
        and not exists (select from model_call as ended where ended.call_id = begun.call_id and ended.event = 'ended')
      order by sequence`.execute(transaction);
    return rows;
  });
}
