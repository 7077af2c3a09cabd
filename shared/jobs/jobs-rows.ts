import { sql, type Transaction } from 'kysely';
import type { Jobs, NewRun, NewUnit, RunPlace, RunProgress, Unit } from '../ports.ts';
import { HumphreyError } from '../errors.ts';
import { acrossTenants, inTenant, type Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** Payload: a run's id. It has an event, or was paused, resumed or cancelled. */
export const RUN_CHANNEL = 'humphrey_run';
/** There are units to take. */
export const UNITS_CHANNEL = 'humphrey_units';

/** Rows of one insert: the values travel as one array. */
const UNIT_BATCH = 5_000;

type RunRow = { tenantId: string; runId: string };

export async function insertRun(database: Database, run: NewRun, newId: () => string): Promise<RunPlace> {
  return inTenant(database, run.tenantId, async (transaction) => {
    const { run_id } = await transaction
      .insertInto('job_run')
      .values({
        tenant_id: run.tenantId,
        run_id: newId(),
        object_id: run.objectId,
        key: run.key,
        kind: run.kind,
        bulk: run.priority === 'bulk',
      })
      // Sets what it is already, so that the row that is there comes back.
      .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'key']).doUpdateSet({ key: run.key }))
      .returning('run_id')
      .executeTakeFirstOrThrow();
    return { tenantId: run.tenantId, runId: run_id };
  });
}

/** Ids of those that are new. */
export async function insertUnits(transaction: Transaction<Schema>, run: RunPlace, units: readonly NewUnit[]): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < units.length; from += UNIT_BATCH) {
    const batch = units.slice(from, from + UNIT_BATCH);
    const { rows } = await sql<{ unit_id: string }>`
      insert into job_unit (tenant_id, run_id, unit_id, key, payload)
      select ${run.tenantId}, ${run.runId}::uuid, gen_random_uuid(), key, payload::jsonb
      from unnest(${batch.map((unit) => unit.key)}::text[], ${batch.map((unit) => JSON.stringify(unit.payload))}::text[]) as new (key, payload)
      on conflict do nothing returning unit_id`.execute(transaction);
    ids.push(...rows.map((row) => row.unit_id));
  }
  return ids;
}

/** The run's row, `locked` where something is decided about it: one at a time. Throws not-found. */
export async function findRun(
  transaction: Transaction<Schema>,
  { tenantId, runId }: RunRow,
  locked: boolean,
): Promise<{ state: RunProgress['state']; bulk: boolean }> {
  const row = await transaction
    .selectFrom('job_run')
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .select(['state', 'bulk'])
    .$if(locked, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!row) throw new HumphreyError('not-found', 'There is no such run, or it is no longer kept.');
  return row;
}

export async function countUnits(
  transaction: Transaction<Schema>,
  { tenantId, runId }: RunRow,
  state: RunProgress['state'],
): Promise<RunProgress> {
  const { rows } = await sql<Omit<RunProgress, 'state'>>`
    select count(*)::int as total, count(*) filter (where state = 'done')::int as done, count(*) filter (where state = 'dead')::int as dead,
      count(*) filter (where state = 'cancelled')::int as cancelled, count(*) filter (where state in ('waiting', 'running'))::int as open
    from job_unit where tenant_id = ${tenantId} and run_id = ${runId}`.execute(transaction);
  const [counts] = rows;
  if (!counts) throw new Error('a count has one row');
  return { state, ...counts };
}

/** Adds an event with the counts of now, and tells who listens. */
export async function addEvent(transaction: Transaction<Schema>, run: RunRow, state: RunProgress['state']): Promise<void> {
  const progress = await countUnits(transaction, run, state);
  await sql`insert into job_event (tenant_id, run_id, number, data)
    select ${run.tenantId}, ${run.runId}::uuid, coalesce(max(number), 0) + 1, ${JSON.stringify(progress)}::jsonb
    from job_event where tenant_id = ${run.tenantId} and run_id = ${run.runId}`.execute(transaction);
  await sql`select pg_notify(${RUN_CHANNEL}, ${run.runId})`.execute(transaction);
}

export async function readRunEvents(database: Database, { tenantId, runId }: RunPlace, after: number) {
  return inTenant(database, tenantId, async (transaction) => {
    const run = await transaction
      .selectFrom('job_run')
      .where('tenant_id', '=', tenantId)
      .where('run_id', '=', runId)
      .select('run_id')
      .executeTakeFirst();
    const events = await transaction
      .selectFrom('job_event')
      .where('tenant_id', '=', tenantId)
      .where('run_id', '=', runId)
      .where('number', '>', after)
      .orderBy('number')
      .select(['number', sql<RunProgress>`data`.as('progress')])
      .execute();
    return { events, exists: run !== undefined };
  });
}

export interface ClaimedUnit extends Unit {
  unitId: string;
  kind: string;
}

export interface Claim {
  claimed: ClaimedUnit[];
  /** Of those that were not claimed: another process holds them. The rest are not, or no longer, to be done. */
  held: Set<string>;
}

/** Takes the units that may be done now. */
export async function claimUnits(
  database: Database,
  claim: { worker: string; unitIds: string[]; leaseMilliseconds: number },
): Promise<Claim> {
  return acrossTenants(database, async (transaction) => {
    const { rows } = await sql<{
      unit_id: string;
      tenant_id: string;
      run_id: string;
      key: string;
      payload: Record<string, unknown>;
      attempts: number;
      kind: string;
    }>`
      update job_unit as unit set state = 'running', lease_by = ${claim.worker}, attempts = attempts + 1,
        lease_until = clock_timestamp() + ${claim.leaseMilliseconds}::float8 * interval '1 millisecond'
      from job_run as run
      where unit.unit_id = any(${claim.unitIds}::uuid[]) and run.tenant_id = unit.tenant_id and run.run_id = unit.run_id and run.state = 'running'
        and (unit.state = 'waiting' or (unit.state = 'running' and unit.lease_until < clock_timestamp()))
      returning unit.unit_id, unit.tenant_id, unit.run_id, unit.key, unit.payload, unit.attempts, run.kind`.execute(transaction);
    const claimed = rows.map((row) => ({
      unitId: row.unit_id,
      tenantId: row.tenant_id,
      runId: row.run_id,
      key: row.key,
      payload: row.payload,
      attempt: row.attempts,
      kind: row.kind,
    }));
    if (claimed.length === claim.unitIds.length) return { claimed, held: new Set() };
    const { rows: running } = await sql<{ unit_id: string }>`
      select unit_id from job_unit where unit_id = any(${claim.unitIds}::uuid[]) and state = 'running' and lease_by <> ${claim.worker}`.execute(
      transaction,
    );
    return { claimed, held: new Set(running.map((row) => row.unit_id)) };
  });
}

/** Keeps a worker's leases. A unit that is not among them was taken, cancelled or erased. */
export async function renewUnits(
  database: Database,
  { worker, leaseMilliseconds }: { worker: string; leaseMilliseconds: number },
): Promise<Set<string>> {
  return acrossTenants(database, async (transaction) => {
    const { rows } = await sql<{ unit_id: string }>`
      update job_unit set lease_until = clock_timestamp() + ${leaseMilliseconds}::float8 * interval '1 millisecond'
      where lease_by = ${worker} and state = 'running' returning unit_id`.execute(transaction);
    return new Set(rows.map((row) => row.unit_id));
  });
}

export interface SettledUnit {
  unitId: string;
  state: 'done' | 'dead' | 'waiting';
  reason: string | null;
  /** It was given back: the attempt does not count. */
  givenBack: boolean;
}

/** Writes how units ended, of those that the worker still holds. May be repeated. */
export async function settleUnits(database: Database, worker: string, units: readonly SettledUnit[]): Promise<void> {
  await acrossTenants(database, async (transaction) => {
    await sql`update job_unit as unit set state = ended.state, reason = ended.reason, lease_by = null, lease_until = null,
        attempts = attempts - case when ended.given_back then 1 else 0 end
      from unnest(${units.map((unit) => unit.unitId)}::uuid[], ${units.map((unit) => unit.state)}::text[], ${units.map((unit) => unit.reason)}::text[],
        ${units.map((unit) => unit.givenBack)}::boolean[]) as ended (unit_id, state, reason, given_back)
      where unit.unit_id = ended.unit_id and unit.lease_by = ${worker} and unit.state = 'running'`.execute(transaction);
  });
}

/** An event of how far runs are. */
export async function reportRuns(database: Database, runs: readonly RunPlace[]): Promise<void> {
  for (const run of runs) {
    await acrossTenants(database, async (transaction) => {
      const { state } = await findRun(transaction, run, true);
      await addEvent(transaction, run, state);
    });
  }
}

export async function readDead(database: Database, { tenantId, runId }: RunPlace): ReturnType<Jobs['dead']> {
  const rows = await inTenant(database, tenantId, (transaction) =>
    transaction
      .selectFrom('job_unit')
      .where('tenant_id', '=', tenantId)
      .where('run_id', '=', runId)
      .where('state', '=', 'dead')
      .orderBy('key')
      .select(['key', 'attempts', 'reason'])
      .execute(),
  );
  return rows.map(({ key, attempts, reason }) => ({ key, attempts, reason: reason ?? 'interrupted' }));
}
