import { afterAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { acrossTenants, inTenant, openDatabase, type Database } from '../../shared/store/database.ts';
import { describeOnServers, silentLog } from './test-servers.ts';

/** Tables without rows of tenants: the migrator's own, and the model account's rate. */
const withoutTenants = ['kysely_migration', 'kysely_migration_lock', 'model_quota'];
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 3_600_000);

function keyRow(tenantId: string, id: string, expiresAt = future) {
  return {
    tenant_id: tenantId,
    record_id: `result/${id}`,
    object_id: 'o1',
    key_id: 'k',
    wrapped: Buffer.from('wrapped'),
    expires_at: expiresAt,
  };
}

async function keep(database: Database, tenantId: string, { id, expiresAt = future }: { id: string; expiresAt?: Date }): Promise<void> {
  await inTenant(database, tenantId, async (transaction) => {
    await transaction
      .insertInto('record_key')
      .values(keyRow(tenantId, id, expiresAt))
      .execute();
    await transaction
      .insertInto('result')
      .values({ tenant_id: tenantId, record_id: `result/${id}`, sealed: Buffer.from(tenantId) })
      .execute();
  });
}

describeOnServers('row-level security', (server) => {
  describe.each([{ owner: undefined }, { owner: 'plain' as const }])('with an owner that is $owner', ({ owner }) => {
    let opened: Promise<Database> | undefined;
    const open = async (): Promise<Database> => {
      const database = openDatabase({ url: await server().createDatabase(owner), log: silentLog });
      await database.migrate();
      return database;
    };
    const database = (): Promise<Database> => (opened ??= open());
    afterAll(async () => {
      await (await opened)?.close();
    });

    test('stands on every table, and binds its owner too', async () => {
      const { kysely } = await database();
      const { rows } = await sql<{ name: string; tenant: boolean; on: boolean; forced: boolean; policies: number }>`
        select c.relname as name, c.relrowsecurity as on, c.relforcerowsecurity as forced,
          exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull) as tenant,
          (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
        from pg_class c where c.relnamespace = 'humphrey'::regnamespace and c.relkind in ('r', 'p')`.execute(kysely);
      expect(rows.length).toBeGreaterThan(5);
      const bare = rows.filter((row) => !row.tenant || !row.on || !row.forced || row.policies === 0);
      expect(bare.map((row) => row.name).sort()).toEqual(withoutTenants);
    });

    test('shows a tenant its own rows only, with no condition at all', async () => {
      await keep(await database(), 'a', { id: 'own' });
      await keep(await database(), 'b', { id: 'other' });
      const seen = await inTenant(await database(), 'a', (transaction) => transaction.selectFrom('result').select('tenant_id').execute());
      expect(new Set(seen.map((row) => row.tenant_id))).toEqual(new Set(['a']));
    });

    test('shows and changes nothing outside a tenant', async () => {
      await keep(await database(), 'a', { id: 'outside' });
      const { kysely } = await database();
      expect(await kysely.selectFrom('result').selectAll().execute()).toEqual([]);
      expect((await kysely.deleteFrom('record_key').executeTakeFirst()).numDeletedRows).toBe(0n);
      await expect(kysely.insertInto('record_key').values(keyRow('a', 'sneaked')).execute()).rejects.toMatchObject({ code: '42501' });
      await expect(kysely.insertInto('record_key').values(keyRow('', 'nameless')).execute()).rejects.toMatchObject({ code: '23514' });
    });

    test('lets nobody write into another tenant', async () => {
      await keep(await database(), 'b', { id: 'theirs' });
      await expect(
        inTenant(await database(), 'a', (transaction) => transaction.insertInto('record_key').values(keyRow('b', 'planted')).execute()),
      ).rejects.toMatchObject({ cause: { code: '42501' } });
      // A row of ours under their key: the reference crosses tenants, so there is no such key.
      await expect(
        inTenant(await database(), 'a', (transaction) =>
          transaction
            .insertInto('result')
            .values({ tenant_id: 'a', record_id: 'result/theirs', sealed: Buffer.from('x') })
            .execute(),
        ),
      ).rejects.toMatchObject({ cause: { code: '23503' } });
      const removed = await inTenant(await database(), 'a', (transaction) =>
        transaction.deleteFrom('record_key').where('record_id', '=', 'result/theirs').executeTakeFirst(),
      );
      expect(removed.numDeletedRows).toBe(0n);
      expect(
        await inTenant(await database(), 'b', (transaction) =>
          transaction.selectFrom('result').where('record_id', '=', 'result/theirs').select('sealed').execute(),
        ),
      ).toHaveLength(1);
    });

    test('does not carry a tenant over to the next use of a connection', async () => {
      await keep(await database(), 'a', { id: 'before' });
      const url = (await database()).url;
      const one = openDatabase({ url, log: silentLog, poolSize: 1 });
      try {
        await inTenant(one, 'a', (transaction) => transaction.selectFrom('result').selectAll().execute());
        await acrossTenants(one, (transaction) => transaction.selectFrom('record_key').select('record_id').execute());
        const { rows } = await sql`select current_user as role, coalesce(current_setting('humphrey.tenant', true), '') as tenant`.execute(
          one.kysely,
        );
        expect(rows).toEqual([{ role: one.roles.app, tenant: '' }]);
        expect(await one.kysely.selectFrom('result').selectAll().execute()).toEqual([]);
      } finally {
        await one.close();
      }
    });

    test('takes tenants by their whole, exact name', async () => {
      await keep(await database(), "c' or '1'='1", { id: 'odd' });
      for (const tenantId of ['c', 'C', '%', "c' or", '1']) {
        expect(await inTenant(await database(), tenantId, (transaction) => transaction.selectFrom('result').selectAll().execute())).toEqual(
          [],
        );
      }
      await expect(
        inTenant(await database(), '', (transaction) => transaction.selectFrom('result').selectAll().execute()),
      ).rejects.toMatchObject({ code: 'internal-error' });
    });

    test('shows work across tenants what has expired, and no key, no content, no writing', async () => {
      await keep(await database(), 'a', { id: 'kept' });
      await keep(await database(), 'd', { id: 'expired', expiresAt: past });
      const seen = await acrossTenants(await database(), (transaction) =>
        transaction.selectFrom('record_key').select('record_id').execute(),
      );
      expect(seen).toEqual([{ record_id: 'result/expired' }]);
      const forbidden = { cause: { code: '42501' } };
      await expect(
        acrossTenants(await database(), (transaction) => transaction.selectFrom('record_key').select('wrapped').execute()),
      ).rejects.toMatchObject(forbidden);
      await expect(
        acrossTenants(await database(), (transaction) => transaction.selectFrom('result').selectAll().execute()),
      ).rejects.toMatchObject(forbidden);
      await expect(
        acrossTenants(await database(), (transaction) => transaction.insertInto('record_key').values(keyRow('a', 'x')).execute()),
      ).rejects.toMatchObject(forbidden);
    });

    test('cannot be switched off, and the tables not emptied or changed, by the role that works', async () => {
      for (const statement of [
        'alter table result disable row level security',
        'drop policy own_tenant on result',
        'truncate result',
        'create table humphrey.mine ()',
        'drop table result',
      ]) {
        await expect(inTenant(await database(), 'a', (transaction) => sql.raw(statement).execute(transaction))).rejects.toMatchObject({
          cause: { code: '42501' },
        });
      }
    });
  });

  test('lets a login that may not create roles know what to ask for', async () => {
    const url = await server().createDatabase('powerless');
    const database = openDatabase({ url, log: silentLog });
    const message = `CREATE ROLE ${database.roles.app} NOLOGIN; GRANT ${database.roles.app} TO`;
    await expect(database.migrate()).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining(message) });
    await database.close();
  });
});
