import { setTimeout as timer } from 'node:timers/promises';
import { sql, type RawBuilder } from 'kysely';
import { HumphreyError } from '../errors.ts';
import type { CallOutcome, ModelQuota, QuotaCall } from '../ports.ts';
import type { Database } from '../store/database.ts';
import { asStoreError } from '../store/store-error.ts';
import { createTurns } from './turns.ts';

/** How far ahead of the steady rate a person's call may be: as much as any provider lets through at once. */
const PERSON_AHEAD_MILLISECONDS = 500;
/** Bulk keeps half of that free for people; the rest makes up for timers that come late. */
const BULK_AHEAD_MILLISECONDS = 250;
/** Of the rate, for bulk: what is left makes up for a provider that counts tokens a little differently. */
const BULK_SHARE = 0.99;
/** A person who would wait longer is told to come back. */
const LONGEST_WAIT_MILLISECONDS = 60_000;
/** No reservation can be this far ahead (the longest wait and a minute's worth): the clock was set back. */
const IMPOSSIBLE_MILLISECONDS = LONGEST_WAIT_MILLISECONDS + 70_000;
/** No provider's wait is longer, quotas of a day apart, which are not for us to wait out. */
const LONGEST_BLOCK_MILLISECONDS = 600_000;
/** Bulk looks again at least this often: limits may have been raised meanwhile. */
const LOOK_AGAIN_MILLISECONDS = 1_000;
const MINUTE = 60_000;

export interface QuotaParts {
  database: Database;
  model: string;
  /** Until the provider's headers say better. */
  limits: { tokensPerMinute: number; requestsPerMinute: number };
  /** For tests: milliseconds since 1970, instead of the database's clock, which all processes share. */
  now?: () => number;
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Reservations in two rows of the database, by the generic cell rate algorithm: one statement a call, whatever the number of
 * processes. Measured against it: p-limit uses 44 % of the rate or draws refusals, rate-limiter-flexible 21 to 95 %, bottleneck
 * needs Redis and is not maintained.
 */
export function createQuota({ database, model, limits, now, wait = waitFor }: QuotaParts): ModelQuota {
  const bulkTurns = createTurns();
  const clock = (): RawBuilder<number> =>
    now ? sql<number>`${now()}::float8` : sql<number>`(extract(epoch from clock_timestamp()) * 1000)::float8`;
  let opened: Promise<void> | undefined;
  const open = async (): Promise<void> => {
    opened ??= asStore(createRows(database, model, limits));
    try {
      await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  const take = (call: QuotaCall): Promise<Taken> => asStore(takeFrom(database, { model, call, clock: clock() }));
  let learned = '';

  const reservePerson = async (call: QuotaCall, signal: AbortSignal): Promise<void> => {
    const taken = await take(call);
    if (!taken.fits) {
      const retryAfterSeconds = Math.ceil(taken.wait / 1000);
      throw new HumphreyError('rate-limited', 'The model is very busy. Try again in a minute or two.', { details: { retryAfterSeconds } });
    }
    try {
      if (taken.wait > 0) await wait(taken.wait, signal);
      signal.throwIfAborted();
    } catch (error) {
      await asStore(giveBack(database, { model, call, tokens: costOf(call), requests: 1 }));
      throw error;
    }
  };
  // One of a process's bulk calls asks at a time: the others would only ask in vain, and a killed process loses no more than one turn.
  const reserveBulk = (call: QuotaCall, signal: AbortSignal): Promise<void> =>
    bulkTurns.take(signal, async () => {
      for (;;) {
        const taken = await take(call);
        if (taken.fits) return;
        await wait(Math.min(Math.max(taken.wait, 1), LOOK_AGAIN_MILLISECONDS), signal);
      }
    });

  return {
    reserve: async (call, signal) => {
      try {
        signal.throwIfAborted();
        await open();
        await (call.kind === 'person' ? reservePerson(call, signal) : reserveBulk(call, signal));
      } catch (error) {
        throw signal.aborted ? new HumphreyError('cancelled', 'The task was cancelled.', { cause: error }) : error;
      }
      return { settle: (outcome) => asStore(settle(database, { model, call, outcome, clock: clock() })) };
    },
    learn: async (headers) => {
      const tokens = readLimit(headers.get('x-ratelimit-limit-tokens'));
      const requests = readLimit(headers.get('x-ratelimit-limit-requests'));
      const said = `${tokens ?? ''} ${requests ?? ''}`;
      if (said === learned || (tokens === undefined && requests === undefined)) return;
      await open();
      await asStore(keepLimits(database, { model, tokens, requests }));
      learned = said;
    },
  };
}

/** Rows for a model that is new. Configured limits count until learned ones take their place. */
async function createRows(database: Database, model: string, limits: QuotaParts['limits']): Promise<void> {
  const row = { model, tokens_per_minute: limits.tokensPerMinute, requests_per_minute: limits.requestsPerMinute };
  await database.kysely
    .insertInto('model_quota')
    .values([
      { ...row, pool: 'all' },
      { ...row, pool: 'bulk' },
    ])
    .onConflict((conflict) =>
      conflict
        .columns(['model', 'pool'])
        .doUpdateSet({ tokens_per_minute: limits.tokensPerMinute, requests_per_minute: limits.requestsPerMinute })
        .where('model_quota.learned', '=', false),
    )
    .execute();
}

interface Taken {
  /** Taken; else nothing was. */
  fits: boolean;
  /** Milliseconds from now until the call may go, or may ask again. */
  wait: number;
}

/**
 * Takes the call's part of the rate from each of its rows, or of none. A row's `…_until` says when all that was taken is earned
 * at the steady rate; how far that lies ahead of now is what decides.
 */
async function takeFrom(
  database: Database,
  { model, call, clock }: { model: string; call: QuotaCall; clock: RawBuilder<number> },
): Promise<Taken> {
  const bulk = call.kind === 'bulk';
  const ahead = bulk ? BULK_AHEAD_MILLISECONDS : PERSON_AHEAD_MILLISECONDS;
  const from = (column: string): RawBuilder<number> =>
    sql<number>`case when ${sql.ref(column)} between now and now + ${IMPOSSIBLE_MILLISECONDS}::float8 then ${sql.ref(column)} else now end`;
  const { rows } = await sql<Taken>`
    with held as (
      select pool, tokens_per_minute as tpm, requests_per_minute as rpm, tokens_until, requests_until, blocked_until, ${clock} as now,
        case pool when 'bulk' then ${BULK_SHARE}::float8 else 1 end as share
      from model_quota where model = ${model} and (pool = 'all' or ${bulk}) order by pool for update
    ), timed as (
      select pool, share, tpm, rpm, ${from('tokens_until')} as tokens_from, ${from('requests_until')} as requests_from,
        case when blocked_until <= now + ${LONGEST_BLOCK_MILLISECONDS}::float8 then blocked_until - now else 0 end as blocked, now
      from held
    ), decided as (
      select max(greatest(greatest(tokens_from, requests_from) - now - ${ahead}::float8, blocked)) as wait from timed
    ), taken as (
      update model_quota as quota
      set tokens_until = tokens_from + least(${costOf(call)}::float8, tpm) * ${MINUTE} / (tpm * share),
        requests_until = requests_from + ${MINUTE} / (rpm * share)
      from timed, decided
      where quota.model = ${model} and quota.pool = timed.pool and wait <= ${bulk ? 0 : LONGEST_WAIT_MILLISECONDS}::float8
      returning quota.pool
    )
    select wait::float8 as wait, exists (select from taken) as fits from decided`.execute(database.kysely);
  const [taken] = rows;
  if (!taken) throw new Error('the quota has no rows');
  return taken;
}

async function settle(
  database: Database,
  { model, call, outcome, clock }: { model: string; call: QuotaCall; outcome: CallOutcome; clock: RawBuilder<number> },
): Promise<void> {
  if (outcome.kind === 'unsent') return giveBack(database, { model, call, tokens: costOf(call), requests: 1 });
  if (outcome.kind === 'answered') {
    const tokens = call.promptTokens - (outcome.promptTokens ?? call.promptTokens);
    return tokens === 0 ? undefined : giveBack(database, { model, call, tokens, requests: 0 });
  }
  // What was taken stays taken: our picture of the rate was too rosy, or we would not have been refused.
  const block = Math.min(Math.max(outcome.retryAfterMilliseconds, 0), LONGEST_BLOCK_MILLISECONDS);
  await sql`update model_quota set blocked_until = greatest(least(blocked_until, ${clock} + ${LONGEST_BLOCK_MILLISECONDS}::float8), ${clock} + ${block}::float8)
    where model = ${model} and pool = 'all'`.execute(database.kysely);
}

/** Negative tokens are taken in addition: the provider counted more. */
async function giveBack(database: Database, back: { model: string; call: QuotaCall; tokens: number; requests: number }): Promise<void> {
  const share = sql`case quota.pool when 'bulk' then ${BULK_SHARE}::float8 else 1 end`;
  await sql`${heldRows(back.model, back.call.kind === 'bulk')} update model_quota as quota
    set tokens_until = tokens_until - least(${back.tokens}::float8, tokens_per_minute) * ${MINUTE} / (tokens_per_minute * ${share}),
      requests_until = requests_until - ${back.requests}::float8 * ${MINUTE} / (requests_per_minute * ${share})
    from held where quota.model = ${back.model} and quota.pool = held.pool`.execute(database.kysely);
}

/** The limits alone: what has been taken, and when it is earned, stays as it is. */
async function keepLimits(
  database: Database,
  { model, tokens, requests }: { model: string; tokens: number | undefined; requests: number | undefined },
): Promise<void> {
  await sql`${heldRows(model, true)} update model_quota as quota
    set learned = true, tokens_per_minute = coalesce(${tokens ?? null}::float8, tokens_per_minute),
      requests_per_minute = coalesce(${requests ?? null}::float8, requests_per_minute)
    from held where quota.model = ${model} and quota.pool = held.pool`.execute(database.kysely);
}

/** Every statement locks the rows in this order, or two of them could wait for each other. */
function heldRows(model: string, bulk: boolean): RawBuilder<unknown> {
  return sql`with held as (select pool from model_quota where model = ${model} and (pool = 'all' or ${bulk}) order by pool for update)`;
}

function costOf(call: QuotaCall): number {
  return call.promptTokens + call.maxOutputTokens;
}

/** Some servers send -1 or 0 for "no limit". */
function readLimit(value: string | null): number | undefined {
  const limit = Number(value ?? 0);
  return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
}

async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await timer(milliseconds, undefined, { signal });
}

async function asStore<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw asStoreError(error);
  }
}
