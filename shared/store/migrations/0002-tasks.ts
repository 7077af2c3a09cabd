import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseRoles } from '../database-roles.ts';
import { protectTable } from './protect-table.ts';

/** Tasks that people asked for over the API, their requests and events; and a row for every call of a model. */
export function tasks(roles: DatabaseRoles): Migration {
  return {
    up: async (database) => {
      await createTasks(database, roles);
      await createModelCalls(database, roles);
    },
  };
}

async function createTasks(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  const goesWithItsKey = sql`foreign key (tenant_id, record_id) references record_key on delete cascade`;
  await sql`create table task (
    tenant_id text not null,
    record_id text not null check (record_id like 'task/%'),
    object_id text not null,
    idempotency bytea,
    sealed bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'running', 'ended')),
    cancelled boolean not null default false,
    attempts integer not null default 0,
    lease_by text,
    lease_until timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, record_id),
    ${goesWithItsKey}
  )`.execute(database);
  await sql`create unique index task_idempotency on task (tenant_id, object_id, idempotency) where idempotency is not null`.execute(
    database,
  );
  await sql`create index task_to_do on task (created_at) where state <> 'ended'`.execute(database);
  await sql`create table task_request (
    tenant_id text not null,
    record_id text not null check (record_id like 'task_request/%'),
    part integer not null,
    sealed bytea not null,
    primary key (tenant_id, record_id, part),
    ${goesWithItsKey}
  )`.execute(database);
  await sql`create table task_event (
    tenant_id text not null,
    record_id text not null,
    number integer not null,
    sealed bytea not null,
    primary key (tenant_id, record_id, number),
    ${goesWithItsKey}
  )`.execute(database);
  await protectTable(database, 'task', { role: roles.app, rights: ['select', 'insert', 'update'] });
  for (const table of ['task_request', 'task_event']) {
    await protectTable(database, table, { role: roles.app, rights: ['select', 'insert'] });
    await sql`alter table ${sql.table(table)} alter column sealed set storage external`.execute(database);
  }
  // A worker of all tenants may see what is to be done and take it, and nothing of what it is.
  const worker = sql.id(roles.worker);
  await sql`create policy to_do on task to ${worker} using (state <> 'ended') with check (state <> 'ended')`.execute(database);
  await sql`grant select (tenant_id, record_id, state, cancelled, attempts, lease_by, lease_until, created_at) on task to ${worker}`.execute(
    database,
  );
  await sql`grant update (state, attempts, lease_by, lease_until) on task to ${worker}`.execute(database);
}

/**
 * Two rows a call, `begun` before it leaves and `ended` when its outcome is known; neither is ever changed. A call without its
 * second row was in flight in a process that was killed: it may have been paid for and lost.
 */
async function createModelCalls(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  await sql`create table model_call (
    sequence bigint generated always as identity primary key,
    call_id uuid not null,
    event text not null check (event in ('begun', 'ended')),
    at timestamptz not null default clock_timestamp(),
    tenant_id text not null,
    object_id text not null,
    work_id text not null,
    task text not null,
    stage text not null,
    model text not null,
    prompt_version text not null,
    kind text not null check (kind in ('person', 'bulk')),
    attempt integer not null,
    outcome text,
    input_tokens integer,
    cached_input_tokens integer,
    output_tokens integer,
    cost_amount numeric(20, 10),
    cost_currency text,
    unique (call_id, event),
    check ((event = 'ended') = (outcome is not null))
  )`.execute(database);
  await sql`create index model_call_work on model_call (tenant_id, work_id)`.execute(database);
  await protectTable(database, 'model_call', { role: roles.app, rights: ['select', 'insert'] });
  await sql`create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'rows of % are never changed', tg_table_name using errcode = 'insufficient_privilege';
    end
  $$`.execute(database);
  await sql`create trigger append_only before update or delete or truncate on model_call for each statement execute function refuse_change()`.execute(
    database,
  );
}
