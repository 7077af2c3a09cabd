import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { standInOf } from '../../shared/store/embedded/open-place.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';
import type { Held } from './server-holder.ts';
import { createServerFolder, query, silentLog } from './test-servers.ts';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
/** `daemon`: it has this number on every system, and owns nothing. */
const OTHER_USER = 1;
/** A number without a user, as containers are started with. */
const NAMELESS_USER = 54_321;

const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];
const holders: ChildProcess[] = [];

/** A folder whose server was made already: making one takes its time. */
let made = '';

async function newFolder(): Promise<string> {
  const folder = await createServerFolder();
  folders.push(folder);
  return folder;
}

async function start(folder: string, port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, log: silentLog, ...(port === undefined ? {} : { port }) });
  servers.push(server);
  return server;
}

/** Another process of ours on the folder. */
async function hold(
  folder: string,
  options: { port?: number; uid?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<{ child: ChildProcess; held: Held }> {
  const account = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = fork(
    new URL('./server-holder.ts', import.meta.url),
    [folder, ...(options.port === undefined ? [] : [String(options.port)])],
    { execArgv: [], cwd: '/', ...account, ...(options.env ? { env: options.env } : {}) },
  );
  holders.push(child);
  const [held] = (await once(child, 'message')) as [Held];
  return { child, held };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

async function postmasterOf(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  const processId = Number(text.split('\n')[0]);
  return processId > 0 ? processId : undefined;
}

async function lives(processId: number): Promise<boolean> {
  const text = await readFile(`/proc/${processId}/stat`, 'latin1').catch(() => ') X ');
  return !/\) [ZX] /u.test(text);
}

beforeAll(async () => {
  made = await createServerFolder();
  await (await startEmbeddedPostgres({ folder: made, log: silentLog })).stop();
}, 60_000);

afterAll(() => rm(made, { recursive: true }));

afterEach(async () => {
  for (const child of holders.splice(0)) if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGTERM');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const folder of [made, ...folders]) {
    const left = await postmasterOf(folder);
    if (left !== undefined && (await lives(left))) process.kill(left, 'SIGKILL');
  }
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('the embedded server', () => {
  test('is made, stopped and started again with what it held, on the same port', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    expect(first.adopted).toBe(false);
    await query(first.url, "create table words as select 'text' as text");
    await first.stop();
    expect(await postmasterOf(folder)).toBeUndefined();
    const second = await start(folder);
    expect(second.port).toBe(first.port);
    expect(await query(second.url, 'select text from words')).toEqual([{ text: 'text' }]);
  });

  test('listens on loopback alone, asks for a password, and writes through to the disk', async () => {
    const folder = made;
    const { url } = await start(folder);
    const [settings] = await query(
      url,
      `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets, current_setting('fsync') as fsync,
      current_setting('data_checksums') as checksums, (select count(*)::int from pg_hba_file_rules where auth_method <> 'scram-sha-256') as open`,
    );
    expect(settings).toEqual({ listen: '127.0.0.1', sockets: '', fsync: 'on', checksums: 'on', open: 0 });
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    for (const name of ['password', 'port', 'server.log']) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  test("does not know the host's environment, nor hear what a terminal tells the host", async () => {
    await hold(made, { env: { ...process.env, HUMPHREY_TEST_SECRET: 'key' } });
    const processId = await postmasterOf(made);
    expect(await readFile(`/proc/${processId}/environ`, 'latin1')).not.toContain('HUMPHREY');
    // Ctrl-C goes to a whole process group: the server is in one of its own.
    const [, , group] = (await readFile(`/proc/${processId}/stat`, 'latin1')).split(') ')[1]?.split(' ') ?? [];
    expect(Number(group)).toBe(processId);
  });

  test('is shared by several processes, and stopped by the last', async () => {
    const folder = made;
    const first = await hold(folder);
    const second = await hold(folder);
    const third = await start(folder);
    expect([first.held.adopted, second.held.adopted, third.adopted]).toEqual([false, true, true]);
    expect(second.held.url).toBe(first.held.url);
    const processId = await postmasterOf(folder);
    // Its starter leaves first.
    await end(first.child, 'SIGTERM');
    await end(second.child, 'SIGTERM');
    expect(await query(third.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await postmasterOf(folder)).toBe(processId);
    await third.stop();
    expect(await lives(processId ?? 0)).toBe(false);
  });

  test('is one server when several processes start at the same moment', async () => {
    const folder = await newFolder();
    const all = await Promise.all([hold(folder), hold(folder), hold(folder)]);
    expect(all.map(({ held }) => held.adopted).sort()).toEqual([false, true, true]);
    expect(new Set(all.map(({ held }) => held.url)).size).toBe(1);
  });

  test('outlives a killed host, and the next start adopts it and stops it', async () => {
    const folder = made;
    const { child, held } = await hold(folder);
    const processId = await postmasterOf(folder);
    await end(child, 'SIGKILL');
    const next = await start(folder);
    expect(next.adopted).toBe(true);
    expect(next.url).toBe(held.url);
    await next.stop();
    expect(await lives(processId ?? 0)).toBe(false);
  });

  test('that is killed while we use it runs again at the same address, with all that was committed', async () => {
    const folder = made;
    const server = await start(folder);
    await query(server.url, 'drop table if exists kept; create table kept as select generate_series(1, 1000) as n');
    process.kill((await postmasterOf(folder)) ?? 0, 'SIGKILL');
    let rows: unknown;
    for (let look = 0; look < 400 && rows === undefined; look += 1) {
      rows = await query(server.url, 'select count(*)::int as n from kept').catch(() => wait(50));
    }
    expect(rows).toEqual([{ n: 1000 }]);
  });

  test('that was killed with its host starts again', async () => {
    const folder = made;
    const { child, held } = await hold(folder);
    await query(held.url ?? '', 'drop table if exists kept; create table kept as select generate_series(1, 1000) as n');
    const processId = (await postmasterOf(folder)) ?? 0;
    child.kill('SIGKILL');
    process.kill(processId, 'SIGKILL');
    await once(child, 'exit');
    const next = await start(folder);
    expect(next.adopted).toBe(false);
    expect(await query(next.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
  });

  test.each(["another process's", "a zombie's"])('starts although its old number is %s by now', async (whose) => {
    const folder = made;
    const first = await start(folder);
    await first.stop();
    // The shell's first child ends, and the second, which takes the shell's place, never asks after it.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [words] = (await once(parent.stdout, 'data')) as [Buffer];
    const processId = whose === "a zombie's" ? words.toString().trim() : String(process.pid);
    const path = join(folder, 'data', 'postmaster.pid');
    await writeFile(path, `${processId}\n${join(folder, 'data')}\n1\n${first.port}\n\n127.0.0.1\n  1 1\nready\n`, { mode: 0o600 });
    if (isRoot) await chown(path, (await stat(folder)).uid, (await stat(folder)).gid);
    try {
      const second = await start(folder);
      expect(second.adopted).toBe(false);
      expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      parent.kill();
    }
  });

  test('starts although its first start was cut off', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'data.new', 'base'), { recursive: true });
    await writeFile(join(folder, 'data.new', 'PG_VERSION'), '18\n');
    const server = await start(folder);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readdir(folder)).not.toContain('data.new');
  });

  test('takes another port when its own is taken meanwhile', async () => {
    const folder = made;
    const first = await start(folder);
    await first.stop();
    const squatter = createServer();
    squatter.listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start(folder);
      expect(second.port).not.toBe(first.port);
    } finally {
      squatter.close();
    }
  });
});

describe('a start that fails says why and what to do', () => {
  test('a port that was asked for is taken', async () => {
    const squatter = createServer();
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      await expect(start(made, port)).rejects.toMatchObject({
        code: 'store-unavailable',
        message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
      });
    } finally {
      squatter.close();
    }
  });

  test('the password file is gone', async () => {
    const folder = made;
    const password = await readFile(join(folder, 'password'));
    await rm(join(folder, 'password'));
    await expect(start(folder)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('password') });
    await writeFile(join(folder, 'password'), password, { mode: 0o600 });
  });

  test('the password is not the one that the database was made with, and no server is left running', async () => {
    const password = await readFile(join(made, 'password'));
    await writeFile(join(made, 'password'), 'another');
    await expect(start(made)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('password') });
    expect(await postmasterOf(made)).toBeUndefined();
    await writeFile(join(made, 'password'), password);
  });

  test('another major version made the data', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'PG_VERSION'), '17\n');
    await expect(start(folder)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('pg_dump') });
  });

  asRoot('the folder holds something else', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'letter.docx'), '');
    await expect(start(folder)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('letter.docx') });
    expect((await stat(folder)).uid).toBe(0);
  });

  asRoot("the folder is another user's", async () => {
    const folder = made;
    const { held } = await hold(folder, { uid: OTHER_USER });
    expect(held.error).toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('belongs to nobody') });
  });

  asRoot('the user has no name on this machine', async () => {
    const folder = await newFolder();
    await chown(folder, NAMELESS_USER, NAMELESS_USER);
    const { held } = await hold(folder, { uid: NAMELESS_USER });
    expect(held.error).toMatchObject({ code: 'store-unavailable', message: expect.stringContaining(`${NAMELESS_USER} has no name`) });
  });

  asRoot('the disk is full', async () => {
    const folder = await newFolder();
    if (spawnSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=20m', 'none', folder]).status !== 0) {
      console.warn('skipped: no small disk can be mounted here');
      return;
    }
    try {
      await expect(start(folder)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('is full') });
      expect((await readdir(folder)).filter((name) => name.startsWith('data'))).toEqual([]);
    } finally {
      spawnSync('/usr/bin/umount', [folder]);
    }
  });
});

describe('an ordinary user', () => {
  asRoot('runs the server as themself, and root may use the folder afterwards, and they again', async () => {
    const folder = await newFolder();
    await chown(folder, OTHER_USER, OTHER_USER);
    const first = await hold(folder, { uid: OTHER_USER });
    expect(first.held).toMatchObject({ adopted: false });
    const processId = (await postmasterOf(folder)) ?? 0;
    expect((await stat(`/proc/${processId}`)).uid).toBe(OTHER_USER);
    await end(first.child, 'SIGTERM');
    const rooted = await start(folder);
    await rooted.stop();
    const again = await hold(folder, { uid: OTHER_USER });
    expect(again.held).toMatchObject({ adopted: false });
  });
});

asRoot('a folder of root’s that the server cannot get into has its database in an open one, found again at the next start', async () => {
  const closed = await mkdtemp(join(tmpdir(), 'humphrey-closed-'));
  folders.push(closed, standInOf(join(closed, 'database')));
  await chmod(closed, 0o700);
  const first = await start(join(closed, 'database'));
  await first.stop();
  const second = await start(join(closed, 'database'));
  expect(second.port).toBe(first.port);
  await second.stop();
  expect((await stat(join(standInOf(join(closed, 'database')), 'database'))).mode & 0o777).toBe(0o700);
});
