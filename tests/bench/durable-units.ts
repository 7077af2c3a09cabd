import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { createJobs } from '../../shared/jobs/jobs.ts';
import { listenForNotifications } from '../../shared/jobs/notifications.ts';
import { outlastOutage } from '../../shared/jobs/outlast-outage.ts';
import type { Jobs, RunPlace } from '../../shared/ports.ts';
import { inTenant, openDatabase, type Database } from '../../shared/store/database.ts';
import { startEmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';

/**
 * Bulk work with faults: two workers are killed and restarted, and the database is killed. Prints what was done, what it took
 * against the time that the rate alone allows, and what was paid twice. `node tests/bench/durable-units.ts [units]`
 */
const UNITS = Number(process.argv[2] ?? 2_000);
const CALLS_A_SECOND = 50;
const SLOTS = 100;
const LONGEST_SECONDS = 240;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Endpoint {
  url: string;
  paid: Map<string, number>;
  inFlight: () => number;
  close: () => void;
}

/** Takes money for every call it lets in, and a second or three for the answer. */
async function startEndpoint(): Promise<Endpoint> {
  const paid = new Map<string, number>();
  let inFlight = 0;
  const server = createServer((request, response) => {
    request.resume();
    const unit = String(request.headers['x-unit']);
    paid.set(unit, (paid.get(unit) ?? 0) + 1);
    inFlight += 1;
    void wait(1_000 + Math.random() ** 2 * 3_000).then(() => {
      inFlight -= 1;
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    paid,
    inFlight: () => inFlight,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Trial {
  databaseUrl: string;
  folder: string;
  endpoint: Endpoint;
  workers: Set<ChildProcess>;
  say: (text: string) => void;
}

async function startWorker({ databaseUrl, endpoint, workers }: Trial): Promise<ChildProcess> {
  const child = fork(new URL('./durable-worker.ts', import.meta.url), [databaseUrl, endpoint.url, String(SLOTS)]);
  workers.add(child);
  child.once('exit', () => workers.delete(child));
  await once(child, 'message');
  return child;
}

async function endWorker(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

/** Kills one worker a fifth into the ideal time, the other at half, the database at three quarters. */
async function kills(trial: Trial, seconds: number): Promise<void> {
  const [one, other] = [...trial.workers];
  for (const [share, worker] of [
    [0.2, one],
    [0.3, other],
  ] as const) {
    await wait(share * seconds * 1000);
    if (!worker) throw new Error('no worker');
    trial.say(`kill -9 of a worker, ${trial.endpoint.inFlight()} calls in flight of both`);
    await endWorker(worker, 'SIGKILL');
    await startWorker(trial);
  }
  await wait(0.25 * seconds * 1000);
  const processId = Number((await readFile(join(trial.folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  trial.say(`kill -9 of the database, ${trial.endpoint.inFlight()} calls in flight`);
  process.kill(processId, 'SIGKILL');
}

/** SIGTERM to a worker in the middle, and a new one in its place. */
async function drain(trial: Trial, seconds: number): Promise<void> {
  await wait(0.4 * seconds * 1000);
  const [one] = [...trial.workers];
  if (!one) throw new Error('no worker');
  trial.say(`SIGTERM of a worker, ${trial.endpoint.inFlight()} calls in flight of both`);
  await Promise.all([endWorker(one, 'SIGTERM'), startWorker(trial)]);
}

async function measure(
  name: string,
  trial: Trial,
  parts: { jobs: Jobs; database: Database; faults: (trial: Trial, seconds: number) => Promise<void> },
): Promise<void> {
  const { jobs, database, faults } = parts;
  const { endpoint } = trial;
  endpoint.paid.clear();
  await Promise.all([startWorker(trial), startWorker(trial)]);
  const run: RunPlace = await jobs.start({ tenantId: randomUUID(), objectId: 'o1', kind: 'sort', key: name, priority: 'bulk' });
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  trial.say = (text) => {
    console.log(`${seconds().toFixed(1).padStart(6)} s  ${text}`);
  };
  await jobs.add(
    run,
    Array.from({ length: UNITS }, (_, number) => ({ key: `u${number}`, payload: { number } })),
  );
  trial.say(`${UNITS} units added`);
  const ideal = UNITS / CALLS_A_SECOND;
  const failing = faults(trial, ideal);
  let progress = await jobs.progress(run);
  while (progress.open > 0 && seconds() < LONGEST_SECONDS) {
    await wait(250);
    progress = await outlastOutage(() => jobs.progress(run));
  }
  const taken = seconds();
  await failing;
  const calls = [...endpoint.paid.values()].reduce((sum, count) => sum + count, 0);
  const unsettled = await inTenant(database, run.tenantId, async (transaction) => {
    const { rows } = await sql<{
      count: number;
    }>`select count(*)::int - 2 * (count(*) filter (where event = 'ended'))::int as count from model_call`.execute(transaction);
    return rows[0]?.count;
  });
  console.log(
    `${name}: ${progress.done} of ${progress.total} done, ${progress.dead} dead, ${taken.toFixed(1)} s, ideal ${ideal.toFixed(1)} s (${(taken / ideal).toFixed(2)} times); ` +
      `${calls} calls paid, ${calls - endpoint.paid.size} twice; calls without an end in the record: ${unsettled ?? NaN}\n`,
  );
  await Promise.all([...trial.workers].map((worker) => endWorker(worker, 'SIGTERM')));
}

const folder = await mkdtemp(join(tmpdir(), 'humphrey-bench-'));
await chmod(folder, 0o755);
const serverFolder = join(folder, 'postgres');
const server = await startEmbeddedPostgres({ folder: serverFolder, log: silent });
const database = openDatabase({ url: server.url, log: silent });
const notifications = listenForNotifications(database, silent);
const jobs = createJobs({ database, notifications, log: silent, newId: randomUUID });
const endpoint = await startEndpoint();
const trial: Trial = { databaseUrl: server.url, folder: serverFolder, endpoint, workers: new Set(), say: () => undefined };
try {
  await database.migrate();
  await measure('two workers and the database killed', trial, { jobs, database, faults: kills });
  await measure('a worker stopped by SIGTERM', trial, { jobs, database, faults: drain });
} finally {
  for (const worker of trial.workers) worker.kill('SIGKILL');
  await jobs.stop();
  await notifications.close();
  await database.close();
  endpoint.close();
  await server.stop();
  await rm(folder, { recursive: true });
}
