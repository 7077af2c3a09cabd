import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { TaskEvent } from '../contract/task-event.ts';
import { TaskRequest } from '../contract/task-request.ts';
import type { Asker, KeyWrapper } from '../ports.ts';
import { acrossTenants, inTenant, type Database } from '../store/database.ts';
import {
  createRecordKey,
  dropRecordKey,
  openRecordKey,
  recordIdOf,
  recordKeyColumns,
  requireRecordId,
  type RecordKey,
} from '../store/record-keys.ts';
import type { Schema } from '../store/schema.ts';
import type { NumberedEvent } from './running-tasks.ts';

/** Payload: the task's id, for those who follow it. */
export const TASK_CHANNEL = 'humphrey_task';
/** Payload: the id of a task that was cancelled or erased, for the worker that runs it. */
export const TASK_CANCEL_CHANNEL = 'humphrey_task_cancel';
/** Payload: nothing. There is work to take. */
export const TASK_WAITING_CHANNEL = 'humphrey_task_waiting';

/** One row: sealed in a millisecond. A request may hold 24 MB of sources. */
const PART_BYTES = 1024 * 1024;

/** The request and who asked it: the name is content. */
const KeptRequest = z.object({
  request: TaskRequest,
  asker: z.object({ tenantId: z.string(), objectId: z.string(), name: z.string().optional(), address: z.string().optional() }),
});

export interface TaskStore {
  database: Database;
  wrapper: KeyWrapper;
}

/** One task: its tenant and its id. */
export interface TaskPlace {
  tenantId: string;
  id: string;
}

export interface NewTask {
  id: string;
  request: TaskRequest;
  asker: Asker;
  idempotency: Buffer | null;
  /** Sealed beside the idempotency key. */
  requestHash: string;
  expiresAt: Date;
}

/** Keeps a task with its first event. False: the person's idempotency key is taken, and nothing was kept. */
export async function insertTask({ database, wrapper }: TaskStore, task: NewTask): Promise<boolean> {
  const { id, asker } = task;
  const { tenantId } = asker;
  const [key, requestKey] = await Promise.all(
    (['task', 'task_request'] as const).map((table) =>
      createRecordKey(wrapper, { owner: asker, recordId: requireRecordId(table, id), expiresAt: task.expiresAt }),
    ),
  );
  if (!key || !requestKey) throw new Error('a task has two keys');
  const kept = Buffer.from(JSON.stringify({ request: task.request, asker } satisfies z.infer<typeof KeptRequest>));
  const place = { tenant_id: tenantId, record_id: key.row.record_id };
  return inTenant(database, tenantId, async (transaction) => {
    // Locks the person's idempotency key without a failed insert: another start with it waits here for this one to commit.
    if (task.idempotency && !(await isKeyFree(transaction, task))) return false;
    await transaction.insertInto('record_key').values([key.row, requestKey.row]).execute();
    await transaction
      .insertInto('task')
      .values({
        ...place,
        object_id: asker.objectId,
        idempotency: task.idempotency,
        sealed: key.seal('task', Buffer.from(task.requestHash)),
      })
      .execute();
    for (let part = 0; part * PART_BYTES < kept.byteLength; part += 1) {
      const sealed = requestKey.seal('task_request', kept.subarray(part * PART_BYTES, (part + 1) * PART_BYTES), part);
      await transaction
        .insertInto('task_request')
        .values({ tenant_id: tenantId, record_id: requestKey.row.record_id, part, sealed })
        .execute();
    }
    await transaction
      .insertInto('task_event')
      .values({ ...place, number: 1, sealed: sealEvent(key, { number: 1, event: { type: 'accepted', id } }) })
      .execute();
    await sql`select pg_notify(${TASK_WAITING_CHANNEL}, '')`.execute(transaction);
    return true;
  });
}

async function isKeyFree(transaction: Transaction<Schema>, { asker, idempotency }: NewTask): Promise<boolean> {
  const name = JSON.stringify([asker.tenantId, asker.objectId, idempotency?.toString('hex')]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
  const taken = await transaction
    .selectFrom('task')
    .where('tenant_id', '=', asker.tenantId)
    .where('object_id', '=', asker.objectId)
    .where('idempotency', '=', idempotency)
    .select('record_id')
    .executeTakeFirst();
  return taken === undefined;
}

/** The task that took an idempotency key, with the hash of its request. */
export async function findByIdempotency(
  { database, wrapper }: TaskStore,
  asker: Asker,
  idempotency: Buffer,
): Promise<{ id: string; requestHash: string } | undefined> {
  const row = await inTenant(database, asker.tenantId, (transaction) =>
    withKey(transaction)
      .where('task.tenant_id', '=', asker.tenantId)
      .where('task.object_id', '=', asker.objectId)
      .where('task.idempotency', '=', idempotency)
      .select([...recordKeyColumns, 'task.sealed'])
      .executeTakeFirst(),
  );
  if (!row) return undefined;
  const key = await openRecordKey(wrapper, row);
  return { id: idOf(row.record_id), requestHash: key.unseal('task', row.sealed).toString('utf8') };
}

export interface OwnedTask {
  place: TaskPlace;
  key: RecordKey;
}

/** A person's own task with its key; undefined for what is not theirs, or no longer kept. */
export async function findOwned({ database, wrapper }: TaskStore, id: string, asker: Asker): Promise<OwnedTask | undefined> {
  const recordId = recordIdOf('task', id);
  if (recordId === undefined) return undefined;
  const row = await inTenant(database, asker.tenantId, (transaction) =>
    withKey(transaction)
      .where('task.tenant_id', '=', asker.tenantId)
      .where('task.record_id', '=', recordId)
      .where('task.object_id', '=', asker.objectId)
      .where('record_key.expires_at', '>', sql<Date>`clock_timestamp()`)
      .select(recordKeyColumns)
      .executeTakeFirst(),
  );
  return row ? { place: { tenantId: asker.tenantId, id }, key: await openRecordKey(wrapper, row) } : undefined;
}

function withKey(transaction: Transaction<Schema>) {
  return transaction
    .selectFrom('task')
    .innerJoin('record_key', (join) =>
      join.onRef('record_key.tenant_id', '=', 'task.tenant_id').onRef('record_key.record_id', '=', 'task.record_id'),
    );
}

/** Events after a number, in order, and whether there will be more. An erased task has no more. */
export async function readEvents(
  { database }: TaskStore,
  { place, key }: OwnedTask,
  after: number,
): Promise<{ events: NumberedEvent[]; ended: boolean }> {
  const recordId = requireRecordId('task', place.id);
  const { rows, ended } = await inTenant(database, place.tenantId, async (transaction) => {
    // The state first: events that come between the two reads are only read the earlier.
    const task = await transaction
      .selectFrom('task')
      .where('tenant_id', '=', place.tenantId)
      .where('record_id', '=', recordId)
      .select('state')
      .executeTakeFirst();
    const events = await transaction
      .selectFrom('task_event')
      .where('tenant_id', '=', place.tenantId)
      .where('record_id', '=', recordId)
      .where('number', '>', after)
      .orderBy('number')
      .select(['number', 'sealed'])
      .execute();
    return { rows: events, ended: task === undefined || task.state === 'ended' };
  });
  return { events: rows.map(({ number, sealed }) => ({ number, event: openEvent(key, number, sealed) })), ended };
}

/** The request of a task and who asked it. Undefined when the task has ended or was erased meanwhile. */
export async function readRequest(
  { database, wrapper }: TaskStore,
  place: TaskPlace,
): Promise<{ request: TaskRequest; asker: Asker } | undefined> {
  const recordId = requireRecordId('task_request', place.id);
  const { key: keyRow, parts } = await inTenant(database, place.tenantId, async (transaction) => ({
    key: await transaction
      .selectFrom('record_key')
      .where('tenant_id', '=', place.tenantId)
      .where('record_id', '=', recordId)
      .select(recordKeyColumns)
      .executeTakeFirst(),
    parts: await transaction
      .selectFrom('task_request')
      .where('tenant_id', '=', place.tenantId)
      .where('record_id', '=', recordId)
      .orderBy('part')
      .select(['part', 'sealed'])
      .execute(),
  }));
  if (!keyRow) return undefined;
  const key = await openRecordKey(wrapper, keyRow);
  const bytes = Buffer.concat(parts.map(({ part, sealed }) => key.unseal('task_request', sealed, part)));
  const { request, asker } = KeptRequest.parse(JSON.parse(bytes.toString('utf8')));
  const { tenantId, objectId, name, address } = asker;
  return { request, asker: { tenantId, objectId, ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) } };
}

/** The key of a task for its worker, and the number of its last event. Undefined when the task was erased meanwhile. */
export async function openTask(
  { database, wrapper }: TaskStore,
  place: TaskPlace,
): Promise<{ key: RecordKey; lastNumber: number } | undefined> {
  const recordId = requireRecordId('task', place.id);
  const row = await inTenant(database, place.tenantId, (transaction) =>
    transaction
      .selectFrom('record_key')
      .where('tenant_id', '=', place.tenantId)
      .where('record_id', '=', recordId)
      .select([...recordKeyColumns])
      .select(
        sql<number>`(select max(number) from task_event e where e.tenant_id = record_key.tenant_id and e.record_id = record_key.record_id)`.as(
          'last',
        ),
      )
      .executeTakeFirst(),
  );
  return row ? { key: await openRecordKey(wrapper, row), lastNumber: row.last } : undefined;
}

export interface Writing {
  place: TaskPlace;
  key: RecordKey;
  /** The worker that must still hold the task. */
  worker: string;
  events: NumberedEvent[];
  /** With the last event the task ends, and its request goes. */
  ends: boolean;
}

/** Appends events of a task. False, and nothing is written, when the worker no longer holds it. May be repeated. */
export async function appendEvents({ database }: TaskStore, { place, key, worker, events, ends }: Writing): Promise<boolean> {
  const where = { tenant_id: place.tenantId, record_id: requireRecordId('task', place.id) };
  return inTenant(database, place.tenantId, async (transaction) => {
    const held = await transaction
      .selectFrom('task')
      .where('tenant_id', '=', where.tenant_id)
      .where('record_id', '=', where.record_id)
      .where('lease_by', '=', worker)
      .where('state', '=', 'running')
      .select('record_id')
      .forUpdate()
      .executeTakeFirst();
    if (!held) return false;
    await transaction
      .insertInto('task_event')
      .values(events.map((event) => ({ ...where, number: event.number, sealed: sealEvent(key, event) })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    if (ends) await endTask(transaction, place);
    await sql`select pg_notify(${TASK_CHANNEL}, ${place.id})`.execute(transaction);
    return true;
  });
}

async function endTask(transaction: Transaction<Schema>, place: TaskPlace): Promise<void> {
  await transaction
    .updateTable('task')
    .set({ state: 'ended', lease_by: null, lease_until: null })
    .where('tenant_id', '=', place.tenantId)
    .where('record_id', '=', requireRecordId('task', place.id))
    .execute();
  await transaction
    .deleteFrom('record_key')
    .where('tenant_id', '=', place.tenantId)
    .where('record_id', '=', requireRecordId('task_request', place.id))
    .execute();
}

/** Marks a task as cancelled, or ends it at once where nobody has begun it. */
export async function cancelTask({ database }: TaskStore, { place, key }: OwnedTask, cancelled: TaskEvent): Promise<void> {
  const where = { tenant_id: place.tenantId, record_id: requireRecordId('task', place.id) };
  await inTenant(database, place.tenantId, async (transaction) => {
    const task = await transaction
      .updateTable('task')
      .set({ cancelled: true })
      .where('tenant_id', '=', where.tenant_id)
      .where('record_id', '=', where.record_id)
      .where('state', '<>', 'ended')
      .returning('state')
      .executeTakeFirst();
    if (task?.state === 'waiting') {
      // A task that was given back has events already.
      const { last } = await transaction
        .selectFrom('task_event')
        .where('tenant_id', '=', where.tenant_id)
        .where('record_id', '=', where.record_id)
        .select(({ fn }) => fn.max('number').as('last'))
        .executeTakeFirstOrThrow();
      const number = last + 1;
      await transaction
        .insertInto('task_event')
        .values({ ...where, number, sealed: sealEvent(key, { number, event: cancelled }) })
        .execute();
      await endTask(transaction, place);
    }
    await sql`select pg_notify(${TASK_CHANNEL}, ${place.id}), pg_notify(${TASK_CANCEL_CHANNEL}, ${place.id})`.execute(transaction);
  });
}

/** Drops a task's keys, and with them all that is kept of it. */
export async function eraseTask({ database }: TaskStore, id: string, asker: Asker): Promise<void> {
  await inTenant(database, asker.tenantId, async (transaction) => {
    await dropRecordKey(transaction, asker, requireRecordId('task', id));
    await dropRecordKey(transaction, asker, requireRecordId('task_request', id));
    await sql`select pg_notify(${TASK_CHANNEL}, ${id}), pg_notify(${TASK_CANCEL_CHANNEL}, ${id})`.execute(transaction);
  });
}

/** Tasks of all tenants that nobody has begun. */
export async function countWaiting({ database }: TaskStore): Promise<number> {
  return acrossTenants(database, async (transaction) => {
    const { count } = await transaction
      .selectFrom('task')
      .where('state', '=', 'waiting')
      .select(sql<number>`count(*)::int`.as('count'))
      .executeTakeFirstOrThrow();
    return count;
  });
}

export function idOf(recordId: string): string {
  return recordId.slice(recordId.indexOf('/') + 1);
}

function sealEvent(key: RecordKey, { number, event }: NumberedEvent): Buffer {
  return key.seal('task_event', Buffer.from(JSON.stringify(event)), number);
}

function openEvent(key: RecordKey, number: number, sealed: Buffer): TaskEvent {
  return TaskEvent.parse(JSON.parse(key.unseal('task_event', sealed, number).toString('utf8')));
}
