import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseRoles } from '../database-roles.ts';
import { createRoles } from './create-roles.ts';
import { protectTable } from './protect-table.ts';

/** Roles, record keys, results, uploads and the model quota. */
export function foundation(roles: DatabaseRoles): Migration {
  return {
    up: async (database) => {
      await createRoles(database, roles);
      await createRecordKeys(database, roles);
      await createContent(database, roles);
      await createQuota(database, roles);
    },
  };
}

async function createRecordKeys(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  await sql`create table record_key (
    tenant_id text not null,
    record_id text not null,
    object_id text not null,
    key_id text not null,
    wrapped bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    primary key (tenant_id, record_id)
  )`.execute(database);
  await sql`create index record_key_expiry on record_key (expires_at)`.execute(database);
  await sql`create index record_key_person on record_key (tenant_id, object_id)`.execute(database);
  await protectTable(database, 'record_key', { role: roles.app, rights: ['select', 'insert', 'delete'] });
  // All that retention may do, across all tenants: see and drop the keys that have expired, and nothing of what they seal.
  const worker = sql.id(roles.worker);
  await sql`create policy expired on record_key to ${worker} using (expires_at <= clock_timestamp()) with check (false)`.execute(database);
  await sql`grant select (tenant_id, record_id, expires_at), delete on record_key to ${worker}`.execute(database);
}

async function createContent(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  const goesWithItsKey = sql`foreign key (tenant_id, record_id) references record_key on delete cascade`;
  await sql`create table result (
    tenant_id text not null,
    record_id text not null check (record_id like 'result/%'),
    sealed bytea not null,
    primary key (tenant_id, record_id),
    ${goesWithItsKey}
  )`.execute(database);
  await sql`create table file (
    tenant_id text not null,
    record_id text not null check (record_id like 'file/%'),
    sealed bytea not null,
    size integer not null,
    primary key (tenant_id, record_id),
    ${goesWithItsKey}
  )`.execute(database);
  await sql`create table file_part (
    tenant_id text not null,
    record_id text not null,
    part integer not null,
    sealed bytea not null,
    primary key (tenant_id, record_id, part),
    ${goesWithItsKey}
  )`.execute(database);
  for (const table of ['result', 'file', 'file_part']) {
    await protectTable(database, table, { role: roles.app, rights: ['select', 'insert'] });
    // What is sealed cannot be compressed; PostgreSQL would try each time.
    await sql`alter table ${sql.table(table)} alter column sealed set storage external`.execute(database);
  }
}

/** One hot row a pool: half-empty pages let PostgreSQL rewrite it in place. */
async function createQuota(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  await sql`create table model_quota (
    model text not null,
    pool text not null check (pool in ('all', 'bulk')),
    tokens_per_minute float8 not null check (tokens_per_minute > 0),
    requests_per_minute float8 not null check (requests_per_minute > 0),
    tokens_until float8 not null default 0,
    requests_until float8 not null default 0,
    blocked_until float8 not null default 0,
    learned boolean not null default false,
    primary key (model, pool)
  ) with (fillfactor = 10)`.execute(database);
  await sql`grant select, insert, update on model_quota to ${sql.id(roles.app)}`.execute(database);
}
