import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseRoles } from '../database-roles.ts';
import { protectTable } from './protect-table.ts';

/** Runs of background work, their units and their events: ids, counts and codes, no content. pg-boss keeps its own schema. */
export function jobs(roles: DatabaseRoles): Migration {
  return {
    up: async (database) => {
      await sql`create table job_run (
        tenant_id text not null,
        run_id uuid not null,
        object_id text not null,
        key text not null,
        kind text not null,
        bulk boolean not null,
        state text not null default 'running' check (state in ('running', 'paused', 'cancelled')),
        created_at timestamptz not null default clock_timestamp(),
        primary key (tenant_id, run_id),
        unique (tenant_id, kind, key)
      )`.execute(database);
      await sql`create table job_unit (
        tenant_id text not null,
        run_id uuid not null,
        unit_id uuid not null unique,
        key text not null,
        payload jsonb not null,
        state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead', 'cancelled')),
        attempts integer not null default 0,
        reason text,
        lease_by text,
        lease_until timestamptz,
        primary key (tenant_id, run_id, key),
        foreign key (tenant_id, run_id) references job_run on delete cascade
      ) with (fillfactor = 80)`.execute(database);
      await sql`create index job_unit_open on job_unit (tenant_id, run_id, state) where state in ('waiting', 'running', 'dead')`.execute(
        database,
      );
      await sql`create index job_unit_leases on job_unit (lease_by) where state = 'running'`.execute(database);
      await sql`create table job_event (
        tenant_id text not null,
        run_id uuid not null,
        number integer not null,
        at timestamptz not null default clock_timestamp(),
        data jsonb not null,
        primary key (tenant_id, run_id, number),
        foreign key (tenant_id, run_id) references job_run on delete cascade
      )`.execute(database);
      await protectTable(database, 'job_run', { role: roles.app, rights: ['select', 'insert', 'update', 'delete'] });
      await protectTable(database, 'job_unit', { role: roles.app, rights: ['select', 'insert', 'update'] });
      await protectTable(database, 'job_event', { role: roles.app, rights: ['select', 'insert'] });
      // A worker of all tenants does their units and says how far they are.
      const worker = sql.id(roles.worker);
      for (const table of ['job_run', 'job_unit', 'job_event'] as const) {
        await sql`create policy every_tenant on ${sql.table(table)} to ${worker} using (true) with check (true)`.execute(database);
      }
      await sql`grant select, update on job_run to ${worker}`.execute(database);
      await sql`grant select, update on job_unit to ${worker}`.execute(database);
      await sql`grant select, insert on job_event to ${worker}`.execute(database);
    },
  };
}
