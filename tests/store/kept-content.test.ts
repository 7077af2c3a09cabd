import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '../../shared/store/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { createPostgresFiles } from '../../shared/store/postgres-files.ts';
import { createPostgresResults } from '../../shared/store/postgres-results.ts';
import { deleteExpired, erasePerson } from '../../shared/store/retention.ts';
import type { Files, KeyWrapper, ResultStore } from '../../shared/ports.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createSampleResult } from '../fakes/sample-result.ts';
import { createServerFolder, query, silentLog } from './test-servers.ts';

const sam = { tenantId: 't1', objectId: 'o1' };
const alex = { tenantId: 't1', objectId: 'o2' };
const samElsewhere = { tenantId: 't2', objectId: 'o1' };
const canary = `canary${randomUUID().replaceAll('-', '')}`;

let folder = '';
let keys = '';
let server: EmbeddedPostgres;
let database: Database;
let wrapper: KeyWrapper;
let results: ResultStore;
let files: Files;
/** Its clock is where it is put: a record kept yesterday has expired for the database's own clock. */
const clock = createFakeClock(new Date().toISOString());

beforeAll(async () => {
  folder = await createServerFolder();
  keys = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));
  server = await startEmbeddedPostgres({ folder, log: silentLog });
  database = openDatabase({ url: server.url, log: silentLog });
  await database.migrate();
  wrapper = await openKeyFile(join(keys, 'keys'));
  results = createPostgresResults({ database, wrapper, clock });
  files = createPostgresFiles({ database, wrapper, clock, newId: randomUUID });
}, 60_000);

afterAll(async () => {
  await database.close();
  await server.stop();
  await Promise.all([folder, keys].map((path) => rm(path, { recursive: true })));
});

/** As the owner, whom the security of rows does not bind on this server. */
async function count(table: string): Promise<number> {
  const [row] = await query(server.url, `select count(*)::int as n from humphrey.${table}`);
  return Number(row?.['n']);
}

/** The files under the folder that hold these bytes. */
async function filesWith(bytes: Buffer): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: string[] = [];
  for (const path of paths) if ((await readFile(path)).includes(bytes)) found.push(path);
  return found;
}

describe('content in the database', () => {
  test("is nowhere in the server's files in clear, in tables, log or write-ahead log", async () => {
    await results.put({ owner: sam, result: createSampleResult(randomUUID(), `The ${canary} opens in May.`) });
    await files.put({ name: `${canary}.txt`, contentType: 'text/plain', bytes: Buffer.from(canary.repeat(200)) }, sam);
    await expect(results.put({ owner: sam, result: createSampleResult(`${canary} no id`) })).rejects.toMatchObject({
      code: 'internal-error',
    });
    // A control: what is not sealed is found, in the table and in the write-ahead log.
    const plain = `plain${randomUUID().replaceAll('-', '')}`;
    await query(server.url, `create table control as select '${plain}' as text`);
    await query(server.url, 'checkpoint');
    expect((await filesWith(Buffer.from(plain))).length).toBeGreaterThanOrEqual(2);
    expect(await filesWith(Buffer.from(canary))).toEqual([]);
  });

  test("does not reach the server's log when a statement fails", async () => {
    const word = `word${randomUUID().replaceAll('-', '')}`;
    await query(server.url, `insert into humphrey.record_key values ('${word}', '${word}', '${word}', '${word}', '', now(), null)`).catch(
      () => undefined,
    );
    await query(server.url, `select '${word}'::int`).catch(() => undefined);
    const log = await readFile(join(folder, 'server.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    // The message of a failed cast quotes the value: that is PostgreSQL's own wording, so no statement of ours casts content.
    expect(log.split('\n').filter((line) => line.includes(word) && !line.includes('invalid input syntax'))).toEqual([]);
  });

  test("that somebody changed in the database is refused, another record's put in its place too", async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    for (const id of [first, second]) await results.put({ owner: sam, result: createSampleResult(id) });
    await query(
      server.url,
      `update humphrey.result a set sealed = b.sealed from humphrey.result b where a.record_id = 'result/${first}' and b.record_id = 'result/${second}'`,
    );
    await expect(results.get(first, sam)).rejects.toMatchObject({ code: 'internal-error' });
    await query(
      server.url,
      `update humphrey.record_key a set wrapped = b.wrapped from humphrey.record_key b where a.record_id = 'result/${first}' and b.record_id = 'result/${second}'`,
    );
    await expect(results.get(first, sam)).rejects.toMatchObject({ code: 'internal-error' });
    await expect(results.get(second, sam)).resolves.toBeDefined();
  });

  test('of which a part is missing, or two are exchanged, is refused', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, 'x');
    const [cut, mixed] = [await files.put({ name: 'a', bytes }, sam), await files.put({ name: 'a', bytes }, sam)];
    await query(server.url, `delete from humphrey.file_part where record_id = 'file/${cut}' and part = 2`);
    await expect(files.get(cut, sam)).rejects.toMatchObject({ code: 'internal-error' });
    await query(
      server.url,
      `update humphrey.file_part a set sealed = b.sealed from humphrey.file_part b where a.record_id = 'file/${mixed}' and a.part = 0 and b.record_id = a.record_id and b.part = 1`,
    );
    await expect(files.get(mixed, sam)).rejects.toMatchObject({ code: 'internal-error' });
  });
});

describe('retention', () => {
  test('deletes what has expired, whole, of every tenant, and nothing else', async () => {
    await query(server.url, 'delete from humphrey.record_key');
    const kept = randomUUID();
    await results.put({ owner: sam, result: createSampleResult(kept) });
    clock.move(-25 * 60 * 60 * 1000);
    for (const owner of [sam, alex, samElsewhere]) {
      await results.put({ owner, result: createSampleResult(randomUUID()) });
      await files.put({ name: 'a', bytes: Buffer.alloc(2 * 1024 * 1024) }, owner);
    }
    clock.move(25 * 60 * 60 * 1000);
    // Batches of two: the loop goes on until nothing is left.
    expect(await deleteExpired(database, 2)).toBe(6);
    expect(await deleteExpired(database)).toBe(0);
    expect([await count('record_key'), await count('result'), await count('file'), await count('file_part')]).toEqual([1, 1, 0, 0]);
    expect(await results.get(kept, sam)).toBeDefined();
  });

  test('of several processes at once deletes each record once', async () => {
    clock.move(-25 * 60 * 60 * 1000);
    for (let each = 0; each < 20; each += 1) await results.put({ owner: sam, result: createSampleResult(randomUUID()) });
    clock.move(25 * 60 * 60 * 1000);
    const deleted = await Promise.all([1, 2, 3].map(() => deleteExpired(database, 3)));
    expect(deleted.reduce((sum, each) => sum + each, 0)).toBe(20);
  });
});

describe('erasing a person', () => {
  test("takes all of theirs, and nobody else's", async () => {
    await query(server.url, 'delete from humphrey.record_key');
    const ids = { sam: randomUUID(), alex: randomUUID(), elsewhere: randomUUID() };
    await results.put({ owner: sam, result: createSampleResult(ids.sam) });
    await results.put({ owner: alex, result: createSampleResult(ids.alex) });
    await results.put({ owner: samElsewhere, result: createSampleResult(ids.elsewhere) });
    const file = await files.put({ name: 'a', bytes: Buffer.from('text') }, sam);
    expect(await erasePerson(database, sam)).toBe(2);
    expect(await results.get(ids.sam, sam)).toBeUndefined();
    expect(await files.get(file, sam)).toBeUndefined();
    expect(await results.get(ids.alex, alex)).toBeDefined();
    expect(await results.get(ids.elsewhere, samElsewhere)).toBeDefined();
    expect([await count('record_key'), await count('result'), await count('file')]).toEqual([2, 2, 0]);
  });

  test('leaves a sealed copy that nobody can open: the key is gone with the row', async () => {
    const id = randomUUID();
    await results.put({ owner: sam, result: createSampleResult(id) });
    await query(server.url, `create table backup as select * from humphrey.result where record_id = 'result/${id}'`);
    await erasePerson(database, sam);
    await query(
      server.url,
      `insert into humphrey.record_key values ('t1', 'result/${id}', 'o1', '${wrapper.keyId}', 'anything', now(), now() + interval '1 day')`,
    );
    await query(server.url, 'insert into humphrey.result select * from backup');
    await expect(results.get(id, sam)).rejects.toMatchObject({ code: 'internal-error' });
  });
});
