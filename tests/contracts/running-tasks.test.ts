import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDurableTasks } from '../../shared/jobs/durable-tasks.ts';
import { startTaskWorker, type TaskWorkerParts } from '../../shared/jobs/durable-tasks-worker.ts';
import { listenForNotifications } from '../../shared/jobs/notifications.ts';
import type { RunningTasks, RunTask } from '../../shared/jobs/running-tasks.ts';
import { createMemoryTasks } from '../../shared/jobs/running-tasks-memory.ts';
import { inTenant, openDatabase, type Database } from '../../shared/store/database.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { describeOnServers, query, silentLog } from '../store/test-servers.ts';
import { createPeople } from './people.ts';
import { allEvents, createGatedRun, describeRunningTasks } from './running-tasks-contract.ts';

const folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));
const now = (): Date => new Date();
const live = new AbortController().signal;
const request = { task: 'summarise' as const, sources: [{ kind: 'text' as const, text: 'The secret bridge.' }] };

afterAll(() => rm(folder, { recursive: true }));

interface OpenedTasks {
  tasks: RunningTasks;
  database: Database;
  forgotten: string[];
  /** As a kill would: no lease is given back, none renewed. */
  abandon: () => Promise<void>;
  close: () => Promise<void>;
}

interface OpenOptions extends Partial<TaskWorkerParts> {
  maxWaiting?: number;
  /** Without one it only keeps and follows. */
  run?: RunTask;
}

/** One process's part: the tasks, and a worker when there is something to run. */
async function openTasks(url: string, options: OpenOptions): Promise<OpenedTasks> {
  const database = openDatabase({ url, log: silentLog });
  const wrapper = await openKeyFile(join(folder, 'keys'));
  const notifications = listenForNotifications(database, silentLog);
  const store = { database, wrapper, notifications, now, log: silentLog };
  const tasks = createDurableTasks({
    ...store,
    newId: randomUUID,
    ...(options.maxWaiting === undefined ? {} : { maxWaiting: options.maxWaiting }),
  });
  const forgotten: string[] = [];
  const forget = (id: string): Promise<void> => Promise.resolve(void forgotten.push(id));
  const worker =
    options.run && startTaskWorker({ ...store, workerId: randomUUID(), forget, drainMilliseconds: 50, ...options, run: options.run });
  let abandoned = false;
  return {
    tasks,
    database,
    forgotten,
    abandon: async () => {
      abandoned = true;
      await Promise.all([database.close(), notifications.close()]);
      // Without its database it can give nothing back.
      await worker?.stop();
    },
    close: async () => {
      if (abandoned) return;
      await worker?.stop();
      await tasks.stop();
      await notifications.close();
      await database.close();
    },
  };
}

describe('in memory', () => {
  describeRunningTasks((run) => {
    const tasks = createMemoryTasks({ run, clock: { now }, newId: randomUUID, maxRunning: 5 });
    return Promise.resolve({ tasks, close: () => tasks.stop() });
  });
});

describeOnServers('in sealed rows', (server) => {
  const newDatabase = async (): Promise<string> => {
    const url = await server().createDatabase();
    const database = openDatabase({ url, log: silentLog });
    await database.migrate();
    await database.close();
    return url;
  };

  describeRunningTasks(async (run) => openTasks(await newDatabase(), { run, maxWaiting: 3, maxRunning: 2 }));

  describe('of several processes on one database', () => {
    test('a task kept by one is done by another, followed by a third, and cancelled by the first', async () => {
      const url = await newDatabase();
      const { sam } = createPeople();
      const gated = createGatedRun();
      const web = await openTasks(url, {});
      const worker = await openTasks(url, { run: gated.run });
      const other = await openTasks(url, {});
      try {
        const id = await web.tasks.start({ request, asker: sam });
        const following = allEvents(other.tasks.follow(id, { asker: sam, signal: live }));
        while (gated.started() === 0) await wait(5);
        await web.tasks.cancel(id, sam);
        expect(await following).toEqual(['1 accepted', '2 progress', '3 error cancelled']);
      } finally {
        for (const each of [web, worker, other]) await each.close();
      }
    });

    test('a task whose worker is gone is begun again by another when its lease ends, and ends once', async () => {
      const url = await newDatabase();
      const { sam } = createPeople();
      const [lost, found] = [createGatedRun(), createGatedRun()];
      const first = await openTasks(url, { run: lost.run, leaseMilliseconds: 700 });
      const id = await first.tasks.start({ request, asker: sam });
      while (lost.started() === 0) await wait(5);
      await wait(50);
      await first.abandon();
      const second = await openTasks(url, { run: found.run, leaseMilliseconds: 700 });
      try {
        found.letGo();
        const events = await allEvents(second.tasks.follow(id, { asker: sam, signal: live }));
        expect(events.at(0)).toBe('1 accepted');
        expect(events.at(-1)).toMatch(/result$/u);
        expect(events.filter((event) => /result|error/u.test(event))).toHaveLength(1);
        expect(found.seen).toEqual([{ id, request, asker: sam }]);
        lost.letGo();
      } finally {
        await second.close();
      }
    });

    test('a task that ends its worker every time ends in an error that says so', async () => {
      const url = await newDatabase();
      const { sam } = createPeople();
      const gated = createGatedRun();
      const web = await openTasks(url, {});
      const id = await web.tasks.start({ request, asker: sam });
      await query(
        url,
        `update humphrey.task set state = 'running', attempts = 3, lease_by = 'dead', lease_until = now() - interval '1 second'`,
      );
      const worker = await openTasks(url, { run: gated.run });
      try {
        expect(await allEvents(web.tasks.follow(id, { asker: sam, signal: live }))).toEqual(['1 accepted', '2 error internal-error']);
        expect(gated.started()).toBe(0);
      } finally {
        await web.close();
        await worker.close();
      }
    });

    test('a worker that stops gives what it has not finished to another', async () => {
      const url = await newDatabase();
      const { sam } = createPeople();
      const [one, other] = [createGatedRun(), createGatedRun()];
      const first = await openTasks(url, { run: one.run });
      const id = await first.tasks.start({ request, asker: sam });
      while (one.started() === 0) await wait(5);
      await first.close();
      expect(await query(url, 'select state, attempts from humphrey.task')).toEqual([{ state: 'waiting', attempts: 0 }]);
      const second = await openTasks(url, { run: other.run });
      try {
        other.letGo();
        expect((await allEvents(second.tasks.follow(id, { asker: sam, signal: live }))).at(-1)).toMatch(/result$/u);
      } finally {
        await second.close();
      }
    });

    test('many tasks and three workers: each is done once', async () => {
      const url = await newDatabase();
      const { sam } = createPeople();
      const gated = createGatedRun();
      gated.letGo();
      const all = await Promise.all([
        openTasks(url, { run: gated.run }),
        openTasks(url, { run: gated.run }),
        openTasks(url, { run: gated.run }),
      ]);
      try {
        const ids = await Promise.all(
          Array.from({ length: 60 }, (_, index) => (all[index % 3] ?? all[0]).tasks.start({ request, asker: sam })),
        );
        for (const id of ids) expect((await allEvents(all[0].tasks.follow(id, { asker: sam, signal: live }))).at(-1)).toBe('3 result');
        expect(gated.seen.map((task) => task.id).sort()).toEqual([...ids].sort());
      } finally {
        for (const each of all) await each.close();
      }
    });
  });

  test('what is left of a task that was erased while it ran is forgotten too', async () => {
    const gated = createGatedRun();
    const opened = await openTasks(await newDatabase(), { run: gated.run });
    const { sam } = createPeople();
    const id = await opened.tasks.start({ request, asker: sam });
    while (gated.started() === 0) await wait(5);
    await opened.tasks.erase(id, sam);
    await opened.close();
    expect(opened.forgotten).toEqual([id]);
  });

  test('the database holds no word of a task, and nothing of its request once it has ended', async () => {
    const url = await newDatabase();
    const gated = createGatedRun();
    const opened = await openTasks(url, { run: gated.run });
    const { sam } = createPeople();
    const id = await opened.tasks.start({ request, asker: sam, idempotencyKey: 'my secret key' });
    const dump = async (table: string): Promise<string> => {
      const rows = await inTenant(opened.database, sam.tenantId, (transaction) =>
        sql`select * from ${sql.table(table)}`.execute(transaction),
      );
      return rows.rows
        .map((row) =>
          Object.values(row as object)
            .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))
            .join(' '),
        )
        .join('\n');
    };
    for (const table of ['task', 'task_request', 'task_event']) {
      expect(await dump(table)).not.toBe('');
      expect(await dump(table)).not.toMatch(/secret|bridge|summarise/u);
    }
    gated.letGo();
    await allEvents(opened.tasks.follow(id, { asker: sam, signal: live }));
    expect(await dump('task_request')).toBe('');
    await opened.close();
  });
});
