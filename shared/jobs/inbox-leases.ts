import { sql, type Transaction } from 'kysely';
import { acrossTenants, type Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { LONGEST_RETRY_MILLISECONDS } from './inbox-limits.ts';

/** An activity in our hands, by what row-level security shows to who works for all tenants. */
export interface HeldActivity {
  tenant_id: string;
  record_id: string;
  attempts: number;
  excused: number;
  revision: number;
  lane: 'turns' | 'beside';
  verdict: 'stale' | 'full' | null;
  stop: 'cancelled' | 'withdrawn' | null;
  /** Milliseconds since it was accepted, by the database's clock. */
  age: number;
}

export interface LeaseParts {
  database: Database;
  /** This process, by an id of its own. */
  holder: string;
  leaseMilliseconds: number;
}

/** How many more of a lane this process has room for. */
export interface FreePlaces {
  lane: 'turns' | 'beside';
  places: number;
}

const shown = sql`activity.tenant_id, activity.record_id, activity.attempts, activity.excused, activity.revision, activity.lane,
  activity.verdict, activity.stop, extract(epoch from clock_timestamp() - activity.accepted_at)::float8 * 1000 as age`;

/**
 * Takes the first unfinished activity of each conversation that nobody has, up to a number. What another process has not renewed
 * is taken too; so is what a clock that jumped would hold for longer than we ever ask.
 */
export async function takeDue(parts: LeaseParts, free: FreePlaces[]): Promise<HeldActivity[]> {
  return acrossTenants(parts.database, async (transaction) => {
    const taken: HeldActivity[] = [];
    for (const { lane, places } of free) taken.push(...(await takeDueOf(transaction, parts, { lane, places })));
    return taken;
  });
}

async function takeDueOf(
  transaction: Transaction<Schema>,
  { holder, leaseMilliseconds }: LeaseParts,
  { lane, places }: FreePlaces,
): Promise<HeldActivity[]> {
  const { rows } = await sql<HeldActivity>`
    with due as (
      select tenant_id, record_id from activity as first
      where lane = ${lane} and state in ('waiting', 'running')
        and case state
          when 'waiting' then not_before not between clock_timestamp() and clock_timestamp() + ${seconds(2 * LONGEST_RETRY_MILLISECONDS)}
          else lease_until not between clock_timestamp() and clock_timestamp() + ${seconds(2 * leaseMilliseconds)} end
        and not exists (
          select from activity as earlier
          where earlier.tenant_id = first.tenant_id and earlier.conversation = first.conversation and earlier.lane = first.lane
            and earlier.sequence < first.sequence and earlier.state in ('waiting', 'running'))
      order by sequence limit ${places} for update skip locked
    )
    update activity set state = 'running', attempts = attempts + 1, lease_by = ${holder},
      lease_until = clock_timestamp() + ${seconds(leaseMilliseconds)}
    from due where activity.tenant_id = due.tenant_id and activity.record_id = due.record_id
    returning ${shown}`.execute(transaction);
  return rows;
}

/** Renews all that this process has; gives what it still has. */
export async function renewLeases({ database, holder, leaseMilliseconds }: LeaseParts): Promise<HeldActivity[]> {
  return acrossTenants(database, async (transaction) => {
    const { rows } = await sql<HeldActivity>`
      update activity set lease_until = clock_timestamp() + ${seconds(leaseMilliseconds)}
      where lease_by = ${holder} and state = 'running' returning ${shown}`.execute(transaction);
    return rows;
  });
}

/** Gives an activity back, to be taken after a wait. `excused`: that it was taken does not count against it. */
export async function releaseLease(
  { database, holder }: LeaseParts,
  { held, waitMilliseconds, excused }: { held: HeldActivity; waitMilliseconds: number; excused: boolean },
): Promise<boolean> {
  return acrossTenants(database, async (transaction) => {
    const { numAffectedRows } = await sql`
      update activity set state = 'waiting', lease_until = null, excused = excused + ${excused ? 1 : 0},
        not_before = clock_timestamp() + ${seconds(waitMilliseconds)}
      where tenant_id = ${held.tenant_id} and record_id = ${held.record_id} and lease_by = ${holder}
        and attempts = ${held.attempts} and state = 'running'`.execute(transaction);
    return (numAffectedRows ?? 0n) > 0n;
  });
}

/** Activities that have not ended, of all tenants. */
export async function countUnfinished(database: Database): Promise<number> {
  return acrossTenants(database, async (transaction) => {
    const { rows } = await sql<{ count: string }>`select count(*) from activity where state in ('waiting', 'running')`.execute(transaction);
    return Number(rows[0]?.count ?? 0);
  });
}

/** Forgets what ended two days ago: nothing so old is sent again. In batches, as retention does. */
export async function forgetEnded(database: Database, batch = 1_000): Promise<number> {
  return acrossTenants(database, async (transaction) => {
    const { numAffectedRows } = await sql`delete from activity where (tenant_id, record_id) in (
      select tenant_id, record_id from activity where finished_at < clock_timestamp() - interval '2 days' limit ${batch})`.execute(
      transaction,
    );
    return Number(numAffectedRows ?? 0n);
  });
}

function seconds(milliseconds: number) {
  return sql`make_interval(secs => ${milliseconds / 1000}::float8)`;
}
