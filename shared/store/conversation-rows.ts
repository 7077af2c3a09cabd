import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { hashText, teamKey } from '../jobs/inbox-keys.ts';
import type { Asker, Clock, ConversationPlace, FollowUps, KeyWrapper, LastAnswer } from '../ports.ts';
import type { TaskRequest } from '../contract/task-request.ts';
import { inTenant, type Database } from './database.ts';
import { createRecordKey, openRecordKey, recordKeyColumns, requireRecordId, type KeptRecordKey, type NewRecordKey } from './record-keys.ts';
import type { FollowUpTable, Schema } from './schema.ts';
import { changed } from './sealing.ts';

/** A day: as long as the core keeps the result that "shorter" refers to. */
const LAST_LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
/** A choice that nobody made within half an hour is asked again. */
const PENDING_LIFE_MILLISECONDS = 30 * 60 * 1000;
/** The two activities of one installation come within a second of each other. */
const GREETING_MILLISECONDS = 10_000;
/** One row: as uploads are kept, and for the same reasons. */
const PART_BYTES = 1024 * 1024;
/** Sources as JSON that are kept for the next question: two files of twenty megabytes. Larger ones are given again. */
const MAX_SOURCE_BYTES = 56 * 1024 * 1024;

export interface ConversationRowsParts {
  database: Database;
  wrapper: KeyWrapper;
  clock: Clock;
  maxSourceBytes?: number;
}

interface NewRow {
  conversation: string;
  kind: FollowUpTable['kind'];
  pending?: string;
  asker: Asker;
  plain: Buffer;
  life: number;
}

/** Follow-ups as sealed rows: they survive a restart, and any process knows them. */
export function createConversationRows({ database, wrapper, clock, maxSourceBytes = MAX_SOURCE_BYTES }: ConversationRowsParts): FollowUps {
  const put = async (row: NewRow): Promise<void> => {
    const expiresAt = new Date(clock.now().getTime() + row.life);
    const key = await createRecordKey(wrapper, { owner: row.asker, recordId: requireRecordId('follow_up', randomUUID()), expiresAt });
    await inTenant(database, row.asker.tenantId, (transaction) => insertRow(transaction, row, key));
  };
  const read = async (row: FoundRow | undefined): Promise<unknown> => {
    if (!row) return undefined;
    const key = await openRecordKey(wrapper, row);
    const sealed = await inTenant(database, row.tenant_id, (transaction) => readParts(transaction, row));
    if (sealed.length === 0) return undefined;
    if (sealed.length !== row.parts) throw changed(undefined);
    return JSON.parse(Buffer.concat(sealed.map((part, index) => key.unseal('follow_up_part', part, index))).toString('utf8'));
  };

  return {
    putLast: async (conversation, asker, last) => {
      const whole = Buffer.from(JSON.stringify(last));
      const plain = whole.byteLength <= maxSourceBytes ? whole : Buffer.from(JSON.stringify({ ...last, sources: [] }));
      await put({ conversation, kind: 'last', asker, plain, life: LAST_LIFE_MILLISECONDS });
    },
    last: async (conversation, asker) => {
      const found = await inTenant(database, asker.tenantId, (transaction) => find(transaction, { conversation, asker, now: clock.now() }));
      return (await read(found)) as LastAnswer | undefined;
    },
    putPending: async ({ id, conversation, asker, request }) => {
      const plain = Buffer.from(JSON.stringify(request));
      await put({ conversation, kind: 'pending', pending: hashText(id), asker, plain, life: PENDING_LIFE_MILLISECONDS });
    },
    takePending: async (id, conversation, asker, taker) => {
      const found = await inTenant(database, asker.tenantId, async (transaction) => {
        const row = await find(transaction, { conversation, asker, now: clock.now(), pending: hashText(id) });
        return row && (await isTakenBy(transaction, row, taker)) ? row : undefined;
      });
      return (await read(found)) as TaskRequest | undefined;
    },
    shouldGreet: (conversation, { tenantId, taker }) =>
      inTenant(database, tenantId, (transaction) => greet(transaction, { tenantId, conversation, taker })),
    erase: (conversation, place) => inTenant(database, place.tenantId, (transaction) => eraseRows(transaction, conversation, place)),
  };
}

type FoundRow = KeptRecordKey & { parts: number };

/** A new last answer takes the place of the one before: what is not needed is not kept. */
async function insertRow(transaction: Transaction<Schema>, row: NewRow, key: NewRecordKey): Promise<void> {
  const { tenant_id, record_id, object_id } = key.row;
  const conversation = hashText(row.conversation);
  if (row.kind === 'last') {
    await sql`delete from record_key using follow_up as old
      where old.tenant_id = ${tenant_id} and old.conversation = ${conversation} and old.kind = 'last'
        and record_key.tenant_id = old.tenant_id and record_key.record_id = old.record_id and record_key.object_id = ${object_id}`.execute(
      transaction,
    );
  }
  await transaction.insertInto('record_key').values(key.row).execute();
  const parts = Math.ceil(row.plain.byteLength / PART_BYTES);
  await transaction
    .insertInto('follow_up')
    .values({ tenant_id, record_id, conversation, kind: row.kind, pending: row.pending ?? null, taken_by: null, parts })
    .execute();
  for (let part = 0; part < parts; part += 1) {
    const sealed = key.seal('follow_up_part', row.plain.subarray(part * PART_BYTES, (part + 1) * PART_BYTES), part);
    await transaction.insertInto('follow_up_part').values({ tenant_id, record_id, part, sealed }).execute();
  }
}

interface Sought {
  conversation: string;
  asker: Asker;
  now: Date;
  /** Without it the last answer is meant. */
  pending?: string;
}

function find(transaction: Transaction<Schema>, { conversation, asker, now, pending }: Sought): Promise<FoundRow | undefined> {
  return transaction
    .selectFrom('follow_up')
    .innerJoin('record_key', (join) =>
      join.onRef('record_key.tenant_id', '=', 'follow_up.tenant_id').onRef('record_key.record_id', '=', 'follow_up.record_id'),
    )
    .where('follow_up.tenant_id', '=', asker.tenantId)
    .where('follow_up.conversation', '=', hashText(conversation))
    .where('follow_up.kind', '=', pending === undefined ? 'last' : 'pending')
    .$if(pending !== undefined, (query) => query.where('follow_up.pending', '=', pending ?? ''))
    .where('record_key.object_id', '=', asker.objectId)
    .where('record_key.expires_at', '>', now)
    .orderBy('follow_up.sequence', 'desc')
    .select([...recordKeyColumns, 'follow_up.parts'])
    .limit(1)
    .executeTakeFirst();
}

async function isTakenBy(transaction: Transaction<Schema>, row: FoundRow, taker: string): Promise<boolean> {
  const { rows } = await sql`update follow_up set taken_by = ${taker}
    where tenant_id = ${row.tenant_id} and record_id = ${row.record_id} and coalesce(taken_by, ${taker}) = ${taker} returning 1`.execute(
    transaction,
  );
  return rows.length > 0;
}

async function readParts(transaction: Transaction<Schema>, row: FoundRow): Promise<Buffer[]> {
  const rows = await transaction
    .selectFrom('follow_up_part')
    .where('tenant_id', '=', row.tenant_id)
    .where('record_id', '=', row.record_id)
    .orderBy('part')
    .select('sealed')
    .execute();
  return rows.map(({ sealed }) => sealed);
}

async function greet(
  transaction: Transaction<Schema>,
  { tenantId, conversation, taker }: { tenantId: string; conversation: string; taker: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into greeting (tenant_id, conversation, greeted_by) values (${tenantId}, ${hashText(conversation)}, ${taker})
    on conflict (tenant_id, conversation) do update set greeted_by = ${taker}, greeted_at = clock_timestamp()
    where greeting.greeted_by = ${taker} or greeting.greeted_at < clock_timestamp() - make_interval(secs => ${GREETING_MILLISECONDS / 1000}::float8)
    returning 1`.execute(transaction);
  return rows.length > 0;
}

/** The conversations of a team are those from which something of it came in these days: no other can have follow-ups. */
async function eraseRows(transaction: Transaction<Schema>, conversation: string, place: ConversationPlace): Promise<void> {
  const { tenantId } = place;
  const erased = sql`select ${hashText(conversation)}::text union
    select conversation from activity where tenant_id = ${tenantId} and team <> '' and team = ${teamKey(place)}`;
  await sql`delete from record_key using follow_up as old
    where old.tenant_id = ${tenantId} and old.conversation in (${erased})
      and record_key.tenant_id = old.tenant_id and record_key.record_id = old.record_id`.execute(transaction);
  await sql`delete from greeting where tenant_id = ${tenantId} and conversation in (${erased})`.execute(transaction);
}
