import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startChildPool, type ChildPool, type ChildPoolOptions } from '../../shared/pool/child-pool.ts';

const open: ChildPool[] = [];
const servers: Server[] = [];
const never = new AbortController().signal;

function trialPool(changes: Partial<ChildPoolOptions> = {}): ChildPool {
  const pool = startChildPool({
    entry: new URL('./trial-jobs.ts', import.meta.url),
    size: 1,
    heapMegabytes: 64,
    residentMegabytes: 400,
    killAfterMilliseconds: 20_000,
    ...changes,
  });
  open.push(pool);
  return pool;
}

async function lives(pid: number): Promise<boolean> {
  try {
    // A zombie has ended; only its parent has not asked yet.
    return !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

async function ended(pid: number): Promise<boolean> {
  for (let look = 0; look < 200; look += 1) {
    if (!(await lives(pid))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** A port that a job connects to when it runs, and the promise of that. */
async function startSignal(): Promise<{ port: number; started: Promise<unknown> }> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  const started = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, started };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()));
  for (const server of servers.splice(0)) server.close();
});

describe('a child pool', () => {
  test('gives back structured data, bytes included, and uses a child again', async () => {
    const pool = trialPool();
    const bytes = new Uint8Array([1, 2, 250]);
    const answer = (await pool.run({ name: 'echo', input: { bytes, list: [undefined, 'é'] } }, never)) as {
      bytes: Uint8Array;
      list: unknown[];
    };
    expect([...answer.bytes]).toEqual([1, 2, 250]);
    expect(answer.list).toEqual([undefined, 'é']);
    expect(await pool.run({ name: 'pid', input: 0 }, never)).toBe(await pool.run({ name: 'pid', input: 0 }, never));
  });

  test('spreads waiting jobs over its children and answers each its own', async () => {
    const pool = trialPool({ size: 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => pool.run({ name: 'echo', input: index }, never)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('carries the code, message and details of an expected failure', async () => {
    await expect(trialPool().run({ name: 'refuse', input: 0 }, never)).rejects.toMatchObject({
      name: 'HumphreyError',
      code: 'encrypted',
      message: 'Take the password off.',
      details: { page: 3 },
    });
  });

  test.each(['fault', 'no-such-job', 'answer-uncloneable'])(
    'turns %s into internal-error without the words that were thrown',
    async (name) => {
      const error = await trialPool()
        .run({ name, input: 0 }, never)
        .catch((thrown: unknown) => thrown as Error);
      expect(error).toMatchObject({ code: 'internal-error' });
      expect(JSON.stringify([(error as Error).message, (error as Error).cause])).not.toContain('secret words');
      expect(String((error as Error).cause)).toContain(' at ');
    },
  );

  test('refuses input that cannot be cloned and goes on', async () => {
    const pool = trialPool();
    await expect(pool.run({ name: 'echo', input: () => 1 }, never)).rejects.toMatchObject({ code: 'internal-error' });
    expect(await pool.run({ name: 'echo', input: 7 }, never)).toBe(7);
  });

  test('kills a child that takes too long, and only that job fails', async () => {
    const pool = trialPool({ killAfterMilliseconds: 3_000 });
    const pid = (await pool.run({ name: 'pid', input: 0 }, never)) as number;
    const [spun, echoed] = await Promise.allSettled([
      pool.run({ name: 'spin', input: 0 }, never),
      pool.run({ name: 'echo', input: 'next' }, never),
    ]);
    expect(spun).toMatchObject({ status: 'rejected', reason: { code: 'unreadable', message: expect.stringContaining('too long') } });
    expect(echoed).toEqual({ status: 'fulfilled', value: 'next' });
    expect(await ended(pid)).toBe(true);
  });

  test.each(['fill-heap', 'fill-buffers'])('ends a job that takes too much memory (%s), and the next one works', async (name) => {
    const pool = trialPool({ residentMegabytes: 300 });
    await expect(pool.run({ name, input: 0 }, never)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('too much memory'),
    });
    expect(await pool.run({ name: 'echo', input: 1 }, never)).toBe(1);
  });

  test('replaces a child that kept much memory after its job', async () => {
    const pool = trialPool({ residentMegabytes: 400 });
    const first = (await pool.run({ name: 'keep-buffers', input: 220 }, never)) as number;
    expect(await pool.run({ name: 'pid', input: 0 }, never)).not.toBe(first);
    expect(await ended(first)).toBe(true);
  });

  test('fails only the job of a child that crashed', async () => {
    const pool = trialPool();
    const [crashed, echoed] = await Promise.allSettled([
      pool.run({ name: 'crash', input: 0 }, never),
      pool.run({ name: 'echo', input: 2 }, never),
    ]);
    expect(crashed).toMatchObject({
      status: 'rejected',
      reason: { code: 'unreadable', message: expect.stringContaining('save it again') },
    });
    expect(echoed).toEqual({ status: 'fulfilled', value: 2 });
  });

  test('says in the words it was given why a job was ended', async () => {
    const pool = trialPool({ words: { crashed: 'The offline engine stopped.' } });
    await expect(pool.run({ name: 'crash', input: 0 }, never)).rejects.toMatchObject({ message: 'The offline engine stopped.' });
  });

  test('cancels a running job at once; a child that heeds its signal is kept', async () => {
    // On a busy machine the child may need a while to hear of it.
    const pool = trialPool({ cancelGraceMilliseconds: 20_000 });
    const pid = (await pool.run({ name: 'pid', input: 0 }, never)) as number;
    const controller = new AbortController();
    const { port, started } = await startSignal();
    const waiting = pool.run({ name: 'wait', input: port }, controller.signal);
    await started;
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await pool.run({ name: 'pid', input: 0 }, never)).toBe(pid);
  });

  test('kills a cancelled child that does not stop', async () => {
    const pool = trialPool();
    const pid = (await pool.run({ name: 'pid', input: 0 }, never)) as number;
    const controller = new AbortController();
    const { port, started } = await startSignal();
    const spinning = pool.run({ name: 'spin', input: port }, controller.signal);
    await started;
    controller.abort();
    await expect(spinning).rejects.toMatchObject({ code: 'cancelled' });
    expect(await pool.run({ name: 'echo', input: 3 }, never)).toBe(3);
    expect(await ended(pid)).toBe(true);
  });

  test('cancels a waiting job without touching the running one', async () => {
    const pool = trialPool();
    const controller = new AbortController();
    const running = pool.run({ name: 'echo', input: 'running' }, never);
    const waiting = pool.run({ name: 'echo', input: 'waiting' }, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await running).toBe('running');
    await expect(pool.run({ name: 'echo', input: 0 }, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('refuses more waiting jobs than it can hold', async () => {
    const pool = trialPool();
    const jobs = Array.from({ length: 260 }, () => pool.run({ name: 'echo', input: 0 }, never));
    const settled = await Promise.allSettled(jobs);
    expect(settled.filter((job) => job.status === 'fulfilled').length).toBeGreaterThanOrEqual(200);
    expect(settled.at(-1)).toMatchObject({ reason: { code: 'rate-limited' } });
  });

  test('close ends every child and every job, and starts no more', async () => {
    const pool = trialPool({ size: 2 });
    const pid = (await pool.run({ name: 'pid', input: 0 }, never)) as number;
    const jobs = Array.from({ length: 4 }, () => pool.run({ name: 'spin', input: 0 }, never));
    const settled = Promise.allSettled(jobs);
    await pool.close();
    for (const job of await settled) expect(job).toMatchObject({ reason: { code: 'shutting-down' } });
    expect(await lives(pid)).toBe(false);
    await expect(pool.run({ name: 'echo', input: 0 }, never)).rejects.toMatchObject({ code: 'shutting-down' });
  });

  test('an entry that cannot start fails its jobs with the reason for the log, and does not try for ever', async () => {
    const pool = trialPool({ entry: new URL('./broken-entry.ts', import.meta.url) });
    pool.warm();
    await expect(pool.run({ name: 'echo', input: 0 }, never)).rejects.toMatchObject({
      code: 'internal-error',
      cause: expect.stringContaining('cannot start'),
    });
  });

  test('gives a child no right to write, nor to read outside our code', async () => {
    const pool = trialPool();
    const path = join(tmpdir(), `humphrey-pool-${process.pid}`);
    await expect(pool.run({ name: 'write', input: path }, never)).rejects.toMatchObject({ code: 'internal-error' });
    expect(existsSync(path)).toBe(false);
    await expect(pool.run({ name: 'read', input: '/etc/hostname' }, never)).rejects.toMatchObject({ code: 'internal-error' });
    expect(await pool.run({ name: 'read', input: join(import.meta.dirname, 'trial-jobs.ts') }, never)).toBeGreaterThan(0);
  });

  test('gives a child none of our environment', async () => {
    process.env.HUMPHREY_TEST_SECRET = 'x';
    const names = await trialPool().run({ name: 'environment', input: 0 }, never);
    delete process.env.HUMPHREY_TEST_SECRET;
    expect(names).not.toContain('HUMPHREY_TEST_SECRET');
  });
});

describe('the program that owns a pool', () => {
  const owner = fileURLToPath(new URL('./pool-owner.ts', import.meta.url));

  test('ends by itself with free children, and they end with it', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [owner]);
    expect(await ended(Number(stdout))).toBe(true);
  });

  test('lives until close() has ended its children', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [owner, 'close']);
    expect(stdout).toContain('closed');
    expect(await lives(Number.parseInt(stdout, 10))).toBe(false);
  });

  test('leaves no child behind when it is killed, even a busy one', async () => {
    const { port, started } = await startSignal();
    const program = spawn(process.execPath, [owner, 'stay-busy', String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(program.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await started;
    // The child has connected; now it goes into the loop in which it hears nothing any more.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await lives(pid)).toBe(true);
    program.kill('SIGKILL');
    expect(await ended(pid)).toBe(true);
  });
});
