import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { inTenant, openDatabase, type Database } from '../../shared/store/database.ts';
import { startEmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';
import { createKeptLog } from '../fakes/fake-ports.ts';
import { createServerFolder, describeOnServers, query, silentLog } from './test-servers.ts';

const opened: Database[] = [];

function open(url: string, options: { poolSize?: number } = {}): Database {
  const database = openDatabase({ url, log: silentLog, ...options });
  opened.push(database);
  return database;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

describeOnServers('the database', (server) => {
  test('is brought up to date once when three processes start at the same moment', async () => {
    const url = await server().createDatabase('plain');
    const program = fileURLToPath(new URL('./migrate-once.ts', import.meta.url));
    const words = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, [program, url], { stdio: ['ignore', 'pipe', 'pipe'] });
        let text = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        await once(child, 'close');
        return text;
      }),
    );
    expect(words).toEqual(['ready true', 'ready true', 'ready true']);
    const [row] = await query(
      url,
      "select count(*)::int as steps, count(distinct name)::int as names from humphrey.kysely_migration where name = '0001-foundation'",
    );
    expect(row).toEqual({ steps: 1, names: 1 });
  });

  test('says that it is busy when no connection is free, and goes on afterwards', async () => {
    const { url } = await server().migrated();
    const database = open(url, { poolSize: 1 });
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const first = inTenant(database, 'a', () => gate);
    await expect(inTenant(database, 'a', () => Promise.resolve())).rejects.toMatchObject({
      code: 'store-unavailable',
      details: { retryAfterSeconds: 10 },
    });
    letGo();
    await first;
    await expect(inTenant(database, 'a', () => Promise.resolve('done'))).resolves.toBe('done');
  });

  test('undoes all of the work that fails, and tells of the failure no more than its code', async () => {
    const database = await server().migrated();
    const secret = 'wording of a letter';
    const failure: unknown = await inTenant(database, 'undone', async (transaction) => {
      await transaction
        .insertInto('record_key')
        .values({
          tenant_id: 'undone',
          record_id: 'result/1',
          object_id: 'o',
          key_id: 'k',
          wrapped: Buffer.from('w'),
          expires_at: new Date(),
        })
        .execute();
      await sql`select ${secret}::int`.execute(transaction);
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'internal-error', cause: { code: '22P02' } });
    expect(
      `${String(failure)} ${(failure as Error).stack ?? ''} ${String((failure as Error).cause)} ${JSON.stringify(failure)}`,
    ).not.toContain(secret);
    const left = await inTenant(database, 'undone', (transaction) => transaction.selectFrom('record_key').selectAll().execute());
    expect(left).toEqual([]);
  });

  test('cuts off a statement that holds others up, and a transaction that is forgotten', async () => {
    const { kysely } = await server().migrated();
    const { rows } = await sql<{ name: string; setting: string }>`select name, setting from pg_settings
      where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`.execute(kysely);
    expect(rows.map((row) => [row.name, Number(row.setting) > 0])).toEqual([
      ['idle_in_transaction_session_timeout', true],
      ['lock_timeout', true],
      ['statement_timeout', true],
    ]);
  });
});

describe('a database that goes away', () => {
  test('is reported as out and not ready, ends nobody, and is used again when it is back', async () => {
    const folder = await createServerFolder();
    const log = createKeptLog();
    const first = await startEmbeddedPostgres({ folder, log: silentLog });
    const database = openDatabase({ url: first.url, log });
    try {
      await database.migrate();
      await inTenant(database, 'a', () => Promise.resolve());
      expect(await database.isReady()).toBe(true);
      // The idle connection of the pool breaks here.
      await first.stop();
      expect(await database.isReady()).toBe(false);
      await expect(inTenant(database, 'a', () => Promise.resolve())).rejects.toMatchObject({ code: 'store-unavailable' });
      const second = await startEmbeddedPostgres({ folder, log: silentLog });
      try {
        expect(second.port).toBe(first.port);
        expect(await database.isReady()).toBe(true);
        await expect(inTenant(database, 'a', () => Promise.resolve('back'))).resolves.toBe('back');
      } finally {
        await database.close();
        await second.stop();
      }
      expect(JSON.stringify(log.lines)).not.toContain(new URL(first.url).password);
    } finally {
      await first.stop();
      await rm(folder, { recursive: true });
    }
  });
});

describe('DATABASE_URL', () => {
  test.each([
    ['db.example', 'is no address'],
    ['mysql://u:secret@localhost/d', 'postgres://'],
    ['postgres://u:secret@localhost', 'lacks the user or the database'],
    ['postgres://localhost/d', 'lacks the user or the database'],
    ['postgres://u:secret@db.example.gov.uk/d', 'sslmode=verify-full'],
    ['postgres://u:secret@db.example.gov.uk/d?sslmode=require', 'sslmode=verify-full'],
    ['postgres://u:secret@db.example.gov.uk/d?sslmode=no-verify', 'sslmode=verify-full'],
    ['postgres://u:secret@localhost/d?host=db.example.gov.uk', 'parameter host'],
    ['postgres://u:secret@localhost/d?options=-c%20role%3Dpostgres', 'parameter options'],
  ])('%s is refused, with the reason and without the password', (url, reason) => {
    let failure: unknown;
    try {
      openDatabase({ url, log: silentLog });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'store-unavailable', message: expect.stringContaining(reason) });
    expect(String(failure)).not.toContain('secret');
  });

  test.each([
    'postgres://u:p@localhost/d',
    'postgresql://u:p@127.0.0.1:5433/d',
    'postgres://u:p@[::1]/d',
    'postgres://u:p@db.example.gov.uk/d?sslmode=verify-full',
    'postgres://u:p@db/d?sslmode=disable',
  ])('%s is taken', async (url) => {
    await openDatabase({ url, log: silentLog }).close();
  });
});
