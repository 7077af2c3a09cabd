import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseRoles } from '../database-roles.ts';
import { protectTable } from './protect-table.ts';

/** Activities, their answers on the way out, and what conversations remember. */
export function inbox(roles: DatabaseRoles): Migration {
  return {
    up: async (database) => {
      await createActivities(database, roles);
      await createOutbox(database, roles);
      await createConversations(database, roles);
    },
  };
}

/** No content: it is in `activity_content`, and goes when the activity has ended. The row stays as the memory of what was taken. */
async function createActivities(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  await sql`create table activity (
    tenant_id text not null,
    record_id text not null check (record_id like 'activity/%'),
    sequence bigint generated always as identity,
    channel text not null,
    team text not null,
    conversation text not null,
    activity text not null,
    lane text not null check (lane in ('turns', 'beside')),
    object_id text not null,
    sent_at timestamptz not null,
    verdict text check (verdict in ('stale', 'full')),
    state text not null default 'waiting' check (state in ('waiting', 'running', 'answered', 'refused', 'failed', 'expired')),
    code text,
    attempts integer not null default 0,
    excused integer not null default 0,
    revision integer not null default 0,
    lease_by text,
    lease_until timestamptz,
    not_before timestamptz not null default clock_timestamp(),
    stop text check (stop in ('cancelled', 'withdrawn')),
    stop_by text,
    accepted_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    primary key (tenant_id, record_id),
    unique (tenant_id, conversation, activity)
  )`.execute(database);
  const unfinished = sql`where state in ('waiting', 'running')`;
  await sql`create index activity_lane on activity (tenant_id, conversation, lane, sequence) ${unfinished}`.execute(database);
  await sql`create index activity_due on activity (lane, sequence) ${unfinished}`.execute(database);
  // The last word on "one at a time in a conversation".
  await sql`create unique index activity_running on activity (tenant_id, conversation, lane) where state = 'running'`.execute(database);
  await sql`create index activity_finished on activity (finished_at) where finished_at is not null`.execute(database);
  await sql`create index activity_team on activity (tenant_id, team) where team <> ''`.execute(database);
  await protectTable(database, 'activity', { role: roles.app, rights: ['select', 'insert', 'update'] });
  // Whoever hands work over does so for all tenants: it sees what waits, never content, and forgets what ended two days ago.
  const worker = sql.id(roles.worker);
  await sql`create policy hand_over on activity for select to ${worker} using (true)`.execute(database);
  await sql`create policy take on activity for update to ${worker} using (state in ('waiting', 'running')) with check (true)`.execute(
    database,
  );
  await sql`create policy forget on activity for delete to ${worker} using (finished_at < clock_timestamp() - interval '2 days')`.execute(
    database,
  );
  await sql`grant select, delete, update (state, attempts, excused, lease_by, lease_until, not_before) on activity to ${worker}`.execute(
    database,
  );
}

async function createOutbox(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  await sql`create table activity_content (
    tenant_id text not null,
    record_id text not null,
    sealed bytea not null,
    primary key (tenant_id, record_id),
    foreign key (tenant_id, record_id) references record_key on delete cascade
  )`.execute(database);
  await protectTable(database, 'activity_content', { role: roles.app, rights: ['select', 'insert', 'update'] });
  await sql`create table outbox (
    tenant_id text not null,
    record_id text not null,
    placeholder text not null default 'none' check (placeholder in ('none', 'posting', 'unknown', 'posted')),
    placeholder_id text,
    orphans integer not null default 0,
    deliveries integer not null default 0,
    sealed bytea,
    primary key (tenant_id, record_id),
    foreign key (tenant_id, record_id) references activity on delete cascade
  )`.execute(database);
  await protectTable(database, 'outbox', { role: roles.app, rights: ['select', 'insert', 'update'] });
  for (const table of ['activity_content', 'outbox'])
    await sql`alter table ${sql.table(table)} alter column sealed set storage external`.execute(database);
}

async function createConversations(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  await sql`create table follow_up (
    tenant_id text not null,
    record_id text not null check (record_id like 'follow_up/%'),
    sequence bigint generated always as identity,
    conversation text not null,
    kind text not null check (kind in ('last', 'pending')),
    pending text,
    taken_by text,
    parts integer not null,
    primary key (tenant_id, record_id),
    foreign key (tenant_id, record_id) references record_key on delete cascade
  )`.execute(database);
  await sql`create index follow_up_conversation on follow_up (tenant_id, conversation, kind, sequence)`.execute(database);
  await sql`create table follow_up_part (
    tenant_id text not null,
    record_id text not null,
    part integer not null,
    sealed bytea not null,
    primary key (tenant_id, record_id, part),
    foreign key (tenant_id, record_id) references record_key on delete cascade
  )`.execute(database);
  await sql`alter table follow_up_part alter column sealed set storage external`.execute(database);
  await protectTable(database, 'follow_up', { role: roles.app, rights: ['select', 'insert', 'update'] });
  await protectTable(database, 'follow_up_part', { role: roles.app, rights: ['select', 'insert'] });
  await sql`create table greeting (
    tenant_id text not null,
    conversation text not null,
    greeted_by text not null,
    greeted_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, conversation)
  )`.execute(database);
  await protectTable(database, 'greeting', { role: roles.app, rights: ['select', 'insert', 'update', 'delete'] });
}
