import { sql } from 'kysely';
import { acrossTenants } from '../store/database.ts';
import { requireRecordId } from '../store/record-keys.ts';
import { idOf, TASK_WAITING_CHANNEL, type TaskPlace, type TaskStore } from './durable-tasks-rows.ts';

export interface ClaimedTask extends TaskPlace {
  /** Which attempt this is, from 1. */
  attempt: number;
  cancelled: boolean;
  createdAt: Date;
}

/** Takes tasks that nobody holds, or whose holder's lease has ended, oldest first: each by one worker only. */
export async function claimTasks(
  { database }: TaskStore,
  claim: { worker: string; most: number; leaseMilliseconds: number },
): Promise<ClaimedTask[]> {
  return acrossTenants(database, async (transaction) => {
    const { rows } = await sql<{ tenant_id: string; record_id: string; attempts: number; cancelled: boolean; created_at: Date }>`
      update task set state = 'running', lease_by = ${claim.worker}, attempts = attempts + 1,
        lease_until = clock_timestamp() + ${claim.leaseMilliseconds}::float8 * interval '1 millisecond'
      where (tenant_id, record_id) in (
        select tenant_id, record_id from task
        where state = 'waiting' or (state = 'running' and lease_until < clock_timestamp())
        order by created_at limit ${claim.most} for update skip locked
      ) returning tenant_id, record_id, attempts, cancelled, created_at`.execute(transaction);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      id: idOf(row.record_id),
      attempt: row.attempts,
      cancelled: row.cancelled,
      createdAt: row.created_at,
    }));
  });
}

/** Keeps a worker's leases. What is not among them it has lost: to another worker, or erased. */
export async function renewLeases(
  { database }: TaskStore,
  { worker, leaseMilliseconds }: { worker: string; leaseMilliseconds: number },
): Promise<{ id: string; cancelled: boolean }[]> {
  return acrossTenants(database, async (transaction) => {
    const { rows } = await sql<{ record_id: string; cancelled: boolean }>`
      update task set lease_until = clock_timestamp() + ${leaseMilliseconds}::float8 * interval '1 millisecond'
      where lease_by = ${worker} and state = 'running' returning record_id, cancelled`.execute(transaction);
    return rows.map((row) => ({ id: idOf(row.record_id), cancelled: row.cancelled }));
  });
}

/** Gives a task back, for another worker to begin at once. It does not count as an attempt that failed. */
export async function giveBack({ database }: TaskStore, place: TaskPlace, worker: string): Promise<void> {
  await acrossTenants(database, async (transaction) => {
    await sql`update task set state = 'waiting', lease_by = null, lease_until = null, attempts = attempts - 1
      where tenant_id = ${place.tenantId} and record_id = ${requireRecordId('task', place.id)} and lease_by = ${worker}`.execute(
      transaction,
    );
    await sql`select pg_notify(${TASK_WAITING_CHANNEL}, '')`.execute(transaction);
  });
}
