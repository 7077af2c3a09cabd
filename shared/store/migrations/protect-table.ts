import { sql, type Kysely } from 'kysely';

type Right = 'select' | 'insert' | 'update' | 'delete';

/**
 * Row-level security on a table of tenants' rows, its owner included: the app's role has the named rights on the rows of the
 * tenant that `inTenant` set, and on no others. Every new table with a tenant_id calls this in its own migration.
 */
export async function protectTable(
  database: Kysely<unknown>,
  table: string,
  { role, rights }: { role: string; rights: readonly Right[] },
): Promise<void> {
  const name = sql.table(table);
  // Outside a tenant the setting is null or empty, and no row has such a tenant: nothing is seen, nothing can be written.
  await sql`alter table ${name} add constraint tenant_named check (tenant_id <> '')`.execute(database);
  await sql`alter table ${name} enable row level security, force row level security`.execute(database);
  const own = sql`tenant_id = current_setting('humphrey.tenant', true)`;
  await sql`create policy own_tenant on ${name} to ${sql.id(role)} using (${own}) with check (${own})`.execute(database);
  await sql`grant ${sql.raw(rights.join(', '))} on ${name} to ${sql.id(role)}`.execute(database);
}
