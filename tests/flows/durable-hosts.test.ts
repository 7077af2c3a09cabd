import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { unsettledCalls } from '../../shared/jobs/model-calls.ts';
import { openDatabase } from '../../shared/store/database.ts';
import { silentLog } from '../store/test-servers.ts';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';
import type { HostReport } from './host-process.ts';
import { post, readEvents, startHumphrey } from './start-humphrey.ts';

const task = {
  task: 'summarise',
  sources: [{ kind: 'text', name: 'Note', text: 'The board meets on 4 December. Please send papers by 27 November.' }],
};
const never = 600_000;

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).toReversed()) await clean();
});

interface HostProcess {
  child: ChildProcess;
  origin: string;
  /** Resolves when its engine has been asked. */
  asked: Promise<void>;
}

async function startProcess(environment: Record<string, string>, engineMilliseconds = 0): Promise<HostProcess> {
  const child = fork(new URL('./host-process.ts', import.meta.url), [String(engineMilliseconds)], {
    execArgv: [],
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', PLAYGROUND: 'off', HUMPHREY_OFFLINE: 'on', ...environment },
  });
  cleanUp.push(() => end(child, 'SIGKILL'));
  const asked = Promise.withResolvers<undefined>();
  const port = Promise.withResolvers<number>();
  child.on('message', (report: HostReport) => {
    if (report.port !== undefined) port.resolve(report.port);
    if (report.asked) asked.resolve(undefined);
  });
  child.once('exit', () => port.reject(new Error('the host ended before it was ready')));
  return { child, origin: `http://localhost:${await port.promise}`, asked: asked.promise.then(() => undefined) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function newStore(): Promise<{ DATABASE_URL: string; KEY_FILE: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-hosts-'));
  const url = await takeTestDatabase();
  cleanUp.push(async () => {
    await leaveTestDatabase(url);
    await rm(folder, { recursive: true });
  });
  return { DATABASE_URL: url, KEY_FILE: join(folder, 'keys') };
}

/** One that root's database user can get into. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-alone-'));
  await chmod(folder, 0o755);
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function postmasterOf(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function startTask(origin: string): Promise<string> {
  const { status, json } = await post(`${origin}/api/tasks?wait=0`, task);
  expect(status).toBe(202);
  return (json as { id: string }).id;
}

describe('two hosts on one database', () => {
  test('a web process keeps a task, a worker does it, and both know its result', async () => {
    const store = await newStore();
    const web = await startHumphrey({ ...store, ROLE: 'web' });
    cleanUp.push(() => web.stop());
    const id = await startTask(web.origin);
    await wait(300);
    expect((await fetch(`${web.origin}/api/tasks/${id}`)).status).toBe(202);
    const worker = await startHumphrey({ ...store, ROLE: 'worker' });
    cleanUp.push(() => worker.stop());
    expect((await fetch(`${web.origin}/api/tasks/${id}?wait=25`)).status).toBe(200);
    expect((await fetch(`${worker.origin}/health/ready`)).status).toBe(200);
    expect((await fetch(`${worker.origin}/api/tasks/${id}`)).status).toBe(404);
  });

  test('a task that runs on one is followed and cancelled on the other within a second', async () => {
    const store = await newStore();
    const one = await startProcess(store, never);
    const other = await startHumphrey({ ...store, ROLE: 'web' });
    cleanUp.push(() => other.stop());
    const id = await startTask(one.origin);
    await one.asked;
    const stream = fetch(`${other.origin}/api/tasks/${id}/events`).then(readEvents);
    const begun = performance.now();
    expect((await fetch(`${other.origin}/api/tasks/${id}/cancel`, { method: 'POST' })).status).toBe(204);
    expect((await stream).at(-1)?.event).toMatchObject({ type: 'error', error: { code: 'cancelled' } });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('a task whose process is killed in the middle is done by the other, and the lost call is on record', async () => {
    const store = await newStore();
    const one = await startProcess(store, never);
    const id = await startTask(one.origin);
    await one.asked;
    const other = await startProcess(store, 10);
    const stream = fetch(`${other.origin}/api/tasks/${id}/events`).then(readEvents);
    await end(one.child, 'SIGKILL');
    const events = await stream;
    expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ event }) => event.type === 'result' || event.type === 'error')).toHaveLength(1);
    expect(events.at(-1)?.event.type).toBe('result');
    const again = await fetch(`${other.origin}/api/tasks/${id}/events`, { headers: { 'Last-Event-ID': '2' } }).then(readEvents);
    expect(again).toEqual(events.slice(2));
    const database = openDatabase({ url: store.DATABASE_URL, log: silentLog });
    try {
      expect(await unsettledCalls(database, 'development', id)).toEqual([expect.objectContaining({ workId: id, attempt: 1 })]);
    } finally {
      await database.close();
    }
  });

  test('a task that a stopping process cannot finish goes on in the other', async () => {
    const store = await newStore();
    const one = await startProcess(store, never);
    const id = await startTask(one.origin);
    await one.asked;
    const other = await startProcess(store, 10);
    await end(one.child, 'SIGTERM');
    expect(await fetch(`${other.origin}/api/tasks/${id}?wait=20`).then((answer) => answer.status)).toBe(200);
  });
});

describe('the database of a host that runs alone', () => {
  const isAlive = (folder: string): boolean => spawnSync('pgrep', ['-f', join(folder, 'postgres')]).status === 0;

  test('outlives a killed host and is adopted by the next, with the task that ran; a stop leaves nothing running', async () => {
    const folder = await newFolder();
    const first = await startProcess({ DATA_FOLDER: folder }, never);
    const id = await startTask(first.origin);
    await first.asked;
    const postmaster = await postmasterOf(folder);
    await end(first.child, 'SIGKILL');
    expect(isAlive(folder)).toBe(true);
    const second = await startProcess({ DATA_FOLDER: folder }, 10);
    expect(await postmasterOf(folder)).toBe(postmaster);
    expect(await fetch(`${second.origin}/api/tasks/${id}?wait=20`).then((answer) => answer.status)).toBe(200);
    await end(second.child, 'SIGTERM');
    expect(second.child.exitCode).toBe(0);
    expect(isAlive(folder)).toBe(false);
  });

  test('says so when it is gone: not ready, 503 before anything is accepted, and well again when it is back', async () => {
    const folder = await newFolder();
    const host = await startProcess({ DATA_FOLDER: folder }, 10);
    const postmaster = await postmasterOf(folder);
    process.kill(postmaster, 'SIGSTOP');
    const workers = spawnSync('pgrep', ['-P', String(postmaster)])
      .stdout.toString()
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
    for (const pid of workers) process.kill(pid, 'SIGKILL');
    const [ready, refused] = await Promise.all([fetch(`${host.origin}/health/ready`), post(`${host.origin}/api/tasks?wait=0`, task)]);
    expect(ready.status).toBe(503);
    expect(refused).toMatchObject({ status: 503, json: { error: { code: 'store-unavailable' } } });
    expect((await fetch(`${host.origin}/health/live`)).status).toBe(200);
    process.kill(postmaster, 'SIGCONT');
    let answer = await post(`${host.origin}/api/tasks`, task);
    for (let look = 0; look < 100 && answer.status !== 200; look += 1) {
      await wait(100);
      answer = await post(`${host.origin}/api/tasks`, task);
    }
    expect(answer.status).toBe(200);
    expect((await fetch(`${host.origin}/health/ready`)).status).toBe(200);
    await end(host.child, 'SIGTERM');
  });

  test('is stopped by Ctrl-C of the whole program', async () => {
    const folder = await newFolder();
    const program = spawn(process.execPath, ['bot/index.ts'], {
      cwd: new URL('../..', import.meta.url),
      env: { PATH: process.env['PATH'], PORT: '0', PLAYGROUND: 'off', DATA_FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp.push(() => end(program, 'SIGKILL'));
    for await (const chunk of program.stdout) if (String(chunk).includes('is ready')) break;
    await end(program, 'SIGINT');
    expect(program.exitCode).toBe(0);
    expect(isAlive(folder)).toBe(false);
  });
});
