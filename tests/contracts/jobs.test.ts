import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createJobs } from '../../shared/jobs/jobs.ts';
import { listenForNotifications } from '../../shared/jobs/notifications.ts';
import { openDatabase } from '../../shared/store/database.ts';
import { describeOnServers, query, silentLog } from '../store/test-servers.ts';
import { describeJobs, newRun, units, untilCounts, type JobsUnderTest } from './jobs-contract.ts';

const ATTEMPTS = 3;

/** A process's part. Stopping it twice is allowed, as tests do. */
function openJobs(url: string, slots: number): JobsUnderTest {
  const database = openDatabase({ url, log: silentLog, poolSize: 4 });
  const notifications = listenForNotifications(database, silentLog);
  const limits = { slots, leaseMilliseconds: 12_000, attempts: ATTEMPTS, drainMilliseconds: 5_000 };
  const jobs = createJobs({ database, notifications, log: silentLog, newId: randomUUID, limits });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= jobs.stop());
  return {
    jobs: { ...jobs, stop },
    close: async () => {
      await stop();
      await notifications.close();
      await database.close();
    },
  };
}

describeOnServers('jobs', (server) => {
  const newDatabase = async (): Promise<string> => {
    const url = await server().createDatabase('plain');
    const database = openDatabase({ url, log: silentLog });
    await database.migrate();
    await database.close();
    return url;
  };
  describeJobs(async (processes, slots) => {
    const url = await newDatabase();
    return Array.from({ length: processes }, () => openJobs(url, slots));
  });

  test('the queue is opened by several processes at the same moment', async () => {
    const url = await newDatabase();
    const all = Array.from({ length: 4 }, () => openJobs(url, 5));
    try {
      await Promise.all(all.map(({ jobs }) => jobs.work({ sort: () => Promise.resolve() })));
      const run = await all[0]?.jobs.start(newRun());
      if (!run || !all[0]) throw new Error('no run');
      await all[0].jobs.add(run, units(10));
      expect(await untilCounts(all[0].jobs, run)).toMatchObject({ done: 10 });
    } finally {
      for (const each of all) await each.close();
    }
  });

  test('units of a process that is gone are done by another, and one that ends every process is put aside', async () => {
    const url = await newDatabase();
    // The first has room for these units only: it takes none again.
    const [first, second] = [openJobs(url, 4), openJobs(url, 5)];
    try {
      const gone = new AbortController();
      let begun = 0;
      const never = async (): Promise<void> => {
        begun += 1;
        await once(gone.signal, 'abort');
      };
      await first.jobs.work({ sort: never });
      const run = await first.jobs.start(newRun());
      await first.jobs.add(run, units(4));
      while (begun < 4) await wait(5);
      // As a kill leaves them: held by nobody who renews, their tickets taken.
      await query(url, `update humphrey.job_unit set lease_by = 'gone', lease_until = clock_timestamp() + interval '1 second'`);
      await query(url, `update humphrey.job_unit set attempts = ${ATTEMPTS} where key = 'u3'`);
      await query(url, `update humphrey_jobs.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`);
      await second.jobs.work({ sort: () => Promise.resolve() });
      expect(await untilCounts(second.jobs, run)).toMatchObject({ done: 3, dead: 1 });
      expect(await second.jobs.dead(run)).toEqual([{ key: 'u3', attempts: ATTEMPTS + 1, reason: 'interrupted' }]);
      gone.abort();
    } finally {
      await first.close();
      await second.close();
    }
  });

  test('the queue holds ids and nothing else', async () => {
    const url = await newDatabase();
    const opened = openJobs(url, 5);
    const run = await opened.jobs.start(newRun());
    await opened.jobs.add(run, [{ key: 'k', payload: { responseId: 'r1' } }]);
    const [row] = await query(url, 'select data, output from humphrey_jobs.job');
    expect(row).toEqual({ data: { unitId: expect.stringMatching(/^[\da-f-]{36}$/u) }, output: null });
    await opened.close();
  });
});
