import { sql, type Transaction } from 'kysely';
import type { Acceptance, Arrival, ConversationPlace } from '../ports.ts';
import type { NewRecordKey } from '../store/record-keys.ts';
import type { Schema } from '../store/schema.ts';
import { conversationKey, hashOf, teamKey } from './inbox-keys.ts';
import { MAX_WAITING, MAX_WAITING_IN_CONVERSATION } from './inbox-limits.ts';

/** What every process listens to: '' where there is work, a record's id where what runs must be looked at. */
export const INBOX_CHANNEL = 'humphrey_inbox';

/**
 * Keeps an activity, once, in its place behind the others of its conversation. In one transaction with the notice of it.
 * `stale`: it was sent too long ago.
 */
export async function insertArrival(
  transaction: Transaction<Schema>,
  { arrival, key, stale }: { arrival: Arrival; key: NewRecordKey; stale: boolean },
): Promise<Acceptance> {
  const { tenant_id, record_id } = key.row;
  const conversation = conversationKey(arrival);
  // Numbers are given in the order in which they are seen: a later one of the conversation is never there before an earlier one.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${tenant_id} ${conversation}`}, 0))`.execute(transaction);
  const sealed = key.seal('activity_content', Buffer.from(arrival.payload));
  const { object_id, key_id, wrapped, expires_at } = key.row;
  // One statement: each more is a journey to the database that somebody in Teams waits for.
  const { rows } = await sql<{ busy: boolean; inserted: boolean; verdict: 'stale' | 'full' | null }>`
    with held as (
      select count(*) filter (where conversation = ${conversation} and lane = 'turns' and state = 'waiting') >= ${MAX_WAITING_IN_CONVERSATION} as full,
        count(*) >= ${MAX_WAITING} as busy
      from (select conversation, lane, state from activity
        where tenant_id = ${tenant_id} and state in ('waiting', 'running') limit ${MAX_WAITING}) as unfinished
    ), judged as (
      select busy, case when ${stale} then 'stale' when held.full and ${arrival.lane} = 'turns' then 'full' end as verdict from held
    ), inserted as (
      insert into activity (tenant_id, record_id, channel, team, conversation, activity, lane, object_id, sent_at, verdict)
      select ${tenant_id}, ${record_id}, ${arrival.channel}, ${teamKey(arrival)}, ${conversation}, ${hashOf(arrival.activityId)},
        case when verdict is null then ${arrival.lane} else 'beside' end, ${arrival.owner}, ${arrival.sentAt}::timestamptz, verdict
      from judged where not busy
      on conflict (tenant_id, conversation, activity) do nothing returning tenant_id, record_id
    ), sealing as (
      insert into record_key (tenant_id, record_id, object_id, key_id, wrapped, expires_at)
      select tenant_id, record_id, ${object_id}, ${key_id}, ${wrapped}::bytea, ${expires_at}::timestamptz from inserted
    ), content as (
      insert into activity_content (tenant_id, record_id, sealed) select tenant_id, record_id, ${sealed}::bytea from inserted
    ), answering as (
      insert into outbox (tenant_id, record_id) select tenant_id, record_id from inserted
    )
    select busy, verdict, exists (select from inserted) as inserted, (select pg_notify(${INBOX_CHANNEL}, '') from inserted) from judged`.execute(
    transaction,
  );
  const [judged] = rows;
  if (!judged || judged.busy) return 'busy';
  return judged.inserted ? (judged.verdict ?? 'accepted') : 'repeated';
}

/** The waiting or running activity of this id with its wrapped key, where it is older than the edit. */
export async function findUnanswered(transaction: Transaction<Schema>, arrival: Arrival) {
  return transaction
    .selectFrom('activity')
    .innerJoin('record_key', (join) =>
      join.onRef('record_key.tenant_id', '=', 'activity.tenant_id').onRef('record_key.record_id', '=', 'activity.record_id'),
    )
    .where('activity.tenant_id', '=', arrival.tenantId)
    .where('activity.conversation', '=', conversationKey(arrival))
    .where('activity.activity', '=', hashOf(arrival.activityId))
    .where('activity.object_id', '=', arrival.owner)
    .where('activity.state', 'in', ['waiting', 'running'])
    .where('activity.verdict', 'is', null)
    .where('activity.stop', 'is', null)
    .where('activity.sent_at', '<', arrival.sentAt)
    .select(['record_key.tenant_id', 'record_key.record_id', 'record_key.key_id', 'record_key.wrapped'])
    .executeTakeFirst();
}

/** Puts the edited form in its place; whoever runs the first form gives it up. False when it has been answered meanwhile. */
export async function replaceContent(
  transaction: Transaction<Schema>,
  { arrival, recordId, sealed }: { arrival: Arrival; recordId: string; sealed: Buffer },
): Promise<boolean> {
  const { rows } = await sql<{ record_id: string }>`
    update activity set revision = revision + 1, sent_at = ${arrival.sentAt}::timestamptz
    where tenant_id = ${arrival.tenantId} and record_id = ${recordId} and state in ('waiting', 'running')
      and sent_at < ${arrival.sentAt}::timestamptz
    returning record_id`.execute(transaction);
  if (rows.length === 0) return false;
  await transaction
    .updateTable('activity_content')
    .set({ sealed })
    .where('tenant_id', '=', arrival.tenantId)
    .where('record_id', '=', recordId)
    .execute();
  await sql`with kept as (
      update outbox set sealed = null where tenant_id = ${arrival.tenantId} and record_id = ${recordId} and sealed is not null returning 1
    ) select pg_notify(${INBOX_CHANNEL}, ${recordId}) from (select count(*) from kept) as done`.execute(transaction);
  return true;
}

type Stop = { kind: 'cancelled'; owner: string; by: string } | { kind: 'withdrawn'; activityId: string };

/**
 * Stops turns of a conversation. One of which nothing is seen yet ends at once; one that has begun is marked, and whoever
 * has it tells the person in its place. Gives how many there were, also when it is asked again by the same activity.
 */
export async function stopActivities(
  transaction: Transaction<Schema>,
  place: ConversationPlace,
  stop: Stop,
): Promise<{ running: boolean; waiting: number }> {
  const { tenantId } = place;
  const conversation = conversationKey(place);
  const which =
    stop.kind === 'cancelled'
      ? sql`lane = 'turns' and object_id = ${stop.owner}
          and sequence < (select sequence from activity where tenant_id = ${tenantId} and record_id = ${stop.by})`
      : sql`activity = ${hashOf(stop.activityId)}`;
  const by = stop.kind === 'cancelled' ? stop.by : null;
  const stopped = await sql<{ record_id: string; begun: boolean }>`
    update activity set stop = ${stop.kind}, stop_by = ${by},
      state = case when attempts = 0 then 'refused' else state end,
      code = case when attempts = 0 then ${stop.kind} else code end,
      finished_at = case when attempts = 0 then clock_timestamp() else finished_at end
    where tenant_id = ${tenantId} and conversation = ${conversation} and state in ('waiting', 'running') and stop is null and ${which}
    returning record_id, attempts > 0 as begun`.execute(transaction);
  const unseen = stopped.rows.filter((row) => !row.begun).map((row) => row.record_id);
  await dropKeys(transaction, tenantId, unseen);
  for (const row of stopped.rows.filter(({ begun }) => begun)) await notify(transaction, row.record_id);
  if (by === null) return { running: stopped.rows.length > unseen.length, waiting: unseen.length };
  const { rows } = await sql<{ running: boolean; waiting: string }>`
    select count(*) filter (where attempts > 0) > 0 as running, count(*) filter (where attempts = 0) as waiting
    from activity where tenant_id = ${tenantId} and conversation = ${conversation} and stop_by = ${by}`.execute(transaction);
  return { running: rows[0]?.running ?? false, waiting: Number(rows[0]?.waiting ?? 0) };
}

/** Ends everything of a conversation or a team, without a word, and drops the keys of its content. */
export async function eraseActivities(transaction: Transaction<Schema>, place: ConversationPlace): Promise<void> {
  const here = sql`tenant_id = ${place.tenantId} and (conversation = ${conversationKey(place)} or (team <> '' and team = ${teamKey(place)}))`;
  const { rows } = await sql<{ record_id: string }>`
    update activity set state = 'refused', code = 'erased', finished_at = clock_timestamp(), revision = revision + 1
    where ${here} and state in ('waiting', 'running') returning record_id`.execute(transaction);
  const ids = rows.map((row) => row.record_id);
  await dropKeys(transaction, place.tenantId, ids);
  for (const id of ids) await notify(transaction, id);
}

async function dropKeys(transaction: Transaction<Schema>, tenantId: string, recordIds: string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await transaction.deleteFrom('record_key').where('tenant_id', '=', tenantId).where('record_id', 'in', recordIds).execute();
  await transaction
    .updateTable('outbox')
    .set({ sealed: null })
    .where('tenant_id', '=', tenantId)
    .where('record_id', 'in', recordIds)
    .where('sealed', 'is not', null)
    .execute();
}

async function notify(transaction: Transaction<Schema>, recordId: string): Promise<void> {
  await sql`select pg_notify(${INBOX_CHANNEL}, ${recordId})`.execute(transaction);
}
