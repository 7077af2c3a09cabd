import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { HumphreyError } from '../../shared/errors.ts';
import type { HandleUnit, Jobs, NewRun, NewUnit, NumberedRunEvent, RunPlace, RunProgress } from '../../shared/ports.ts';

export interface JobsUnderTest {
  jobs: Jobs;
  close: () => Promise<void>;
}

/** `slots` units at once; three attempts; the processes of one call share their work. */
export type OpenJobs = (processes: number, slots: number) => Promise<JobsUnderTest[]>;

export function newRun(priority: NewRun['priority'] = 'bulk'): NewRun {
  return { tenantId: randomUUID(), objectId: 'o1', kind: 'sort', key: randomUUID(), priority };
}

export function units(count: number, prefix = 'u'): NewUnit[] {
  return Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}`, payload: { number: index } }));
}

/** The counts once nothing is left to do, or once they fit. */
export async function untilCounts(
  jobs: Jobs,
  run: RunPlace,
  fits: (progress: RunProgress) => boolean = (progress) => progress.open === 0,
): Promise<RunProgress> {
  for (;;) {
    const progress = await jobs.progress(run);
    if (fits(progress)) return progress;
    await wait(20);
  }
}

/** What every Jobs does. */
export function describeJobs(open: OpenJobs): void {
  const inJobs = async (work: (jobs: Jobs, others: Jobs[]) => Promise<void>, processes = 1, slots = 10): Promise<void> => {
    const opened = await open(processes, slots);
    const [first, ...others] = opened.map((each) => each.jobs);
    if (!first) throw new Error('no process');
    try {
      await work(first, others);
    } finally {
      await Promise.all(opened.map((each) => each.close()));
    }
  };

  test('does each unit once, whatever the number of processes, and says how far it is', () =>
    inJobs(async (jobs, others) => {
      const seen: string[] = [];
      const handle: HandleUnit = async (unit) => {
        seen.push(`${unit.key} ${String(unit.payload['number'])} ${unit.attempt}`);
        await wait(5);
      };
      for (const each of [jobs, ...others]) await each.work({ sort: handle });
      const run = await jobs.start(newRun());
      expect(await jobs.add(run, units(200))).toBe(200);
      expect(await untilCounts(jobs, run)).toEqual({ state: 'running', total: 200, done: 200, dead: 0, cancelled: 0, open: 0 });
      expect([...seen].sort()).toEqual(
        units(200)
          .map((unit) => `${unit.key} ${String(unit.payload['number'])} 1`)
          .sort(),
      );
    }, 3));

  test('keeps a run and its units by their keys', () =>
    inJobs(async (jobs) => {
      const wanted = newRun();
      const [run, again] = await Promise.all([jobs.start(wanted), jobs.start(wanted)]);
      expect(again).toEqual(run);
      expect(await jobs.add(run, units(3))).toBe(3);
      expect(await jobs.add(run, units(5))).toBe(2);
      expect(await jobs.progress(run)).toMatchObject({ total: 5, open: 5 });
      await expect(jobs.progress({ ...run, tenantId: 'other' })).rejects.toMatchObject({ code: 'not-found' });
      await expect(jobs.progress({ ...run, runId: randomUUID() })).rejects.toMatchObject({ code: 'not-found' });
    }));

  test('puts aside what fails too often, with the reason, and tries it anew on request', () =>
    inJobs(async (jobs) => {
      const attempts: number[] = [];
      let mended = false;
      await jobs.work({
        sort: (unit) => {
          attempts.push(unit.attempt);
          return mended ? Promise.resolve() : Promise.reject(new HumphreyError('model-failed', 'no'));
        },
      });
      const run = await jobs.start(newRun());
      await jobs.add(run, units(1));
      expect(await untilCounts(jobs, run)).toMatchObject({ dead: 1, done: 0 });
      expect(attempts).toEqual([1, 2, 3]);
      expect(await jobs.dead(run)).toEqual([{ key: 'u0', attempts: 3, reason: 'model-failed' }]);
      mended = true;
      expect(await jobs.retryDead(run)).toBe(1);
      expect(await untilCounts(jobs, run)).toMatchObject({ dead: 0, done: 1 });
      expect(await jobs.dead(run)).toEqual([]);
    }));

  test('begins nothing while it is paused, and goes on when it is resumed', () =>
    inJobs(async (jobs) => {
      let done = 0;
      await jobs.work({ sort: async () => void (await wait(5), (done += 1)) });
      const run = await jobs.start(newRun());
      await jobs.pause(run);
      await jobs.add(run, units(20));
      await wait(300);
      expect(done).toBe(0);
      expect(await jobs.progress(run)).toMatchObject({ state: 'paused', open: 20 });
      await jobs.resume(run);
      expect(await untilCounts(jobs, run)).toMatchObject({ state: 'running', done: 20 });
      expect(done).toBe(20);
    }));

  test('stops what runs, in every process, and drops what waits, when it is cancelled', () =>
    inJobs(
      async (jobs, others) => {
        let stopped = 0;
        let begun = 0;
        const handle: HandleUnit = async (_unit, signal) => {
          begun += 1;
          await once(signal, 'abort');
          stopped += 1;
        };
        for (const each of [jobs, ...others]) await each.work({ sort: handle });
        const run = await jobs.start(newRun());
        await jobs.add(run, units(30));
        while (begun < 6) await wait(5);
        const asked = performance.now();
        await jobs.cancel(run);
        while (stopped < begun) await wait(5);
        expect(performance.now() - asked).toBeLessThan(1_000);
        expect(await jobs.progress(run)).toEqual({ state: 'cancelled', total: 30, done: 0, dead: 0, cancelled: 30, open: 0 });
        await expect(jobs.add(run, units(1, 'late'))).rejects.toMatchObject({ code: 'cancelled' });
        expect(begun).toBe(6);
      },
      2,
      3,
    ));

  test('takes what a person waits for before all bulk work', () =>
    inJobs(
      async (jobs) => {
        const order: string[] = [];
        const bulk = await jobs.start(newRun('bulk'));
        await jobs.add(bulk, units(10, 'bulk'));
        const person = await jobs.start(newRun('person'));
        await jobs.add(person, units(3, 'person'));
        await jobs.work({ sort: (unit) => Promise.resolve(void order.push(unit.key.replace(/\d+$/u, ''))) });
        await untilCounts(jobs, bulk);
        await untilCounts(jobs, person);
        expect(order.slice(0, 3)).toEqual(['person', 'person', 'person']);
      },
      1,
      1,
    ));

  test('tells whoever follows, from the start or after a number, in any process', () =>
    inJobs(async (jobs, others) => {
      await jobs.work({ sort: () => Promise.resolve() });
      const run = await jobs.start(newRun());
      const gone = new AbortController();
      const follow = async (from: Jobs, after: number): Promise<NumberedRunEvent[]> => {
        const events: NumberedRunEvent[] = [];
        for await (const event of from.follow(run, { after, signal: gone.signal })) {
          events.push(event);
          if (event.progress.done === 40) return events;
        }
        return events;
      };
      const following = follow(others[0] ?? jobs, 0);
      await jobs.add(run, units(40));
      const events = await following;
      expect(events.map((event) => event.number)).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)?.progress).toMatchObject({ total: 40, done: 40, open: 0 });
      expect(await follow(jobs, 1)).toEqual(events.slice(1));
      gone.abort();
    }, 2));

  test('lets what runs end when a process stops, and another does the rest, each once', () =>
    inJobs(
      async (jobs, others) => {
        const seen: string[] = [];
        const handle: HandleUnit = async (unit) => {
          seen.push(unit.key);
          await wait(100);
        };
        await jobs.work({ sort: handle });
        const run = await jobs.start(newRun());
        await jobs.add(run, units(30));
        while (seen.length === 0) await wait(5);
        await jobs.stop();
        const [other] = others;
        if (!other) throw new Error('no other process');
        await other.work({ sort: handle });
        expect(await untilCounts(other, run)).toMatchObject({ done: 30 });
        expect(new Set(seen).size).toBe(seen.length);
      },
      2,
      5,
    ));

  describe('a process that does not know a kind of work', () => {
    test('leaves it to one that does', () =>
      inJobs(async (jobs, others) => {
        await jobs.work({ other: () => Promise.resolve() });
        const run = await jobs.start(newRun());
        await jobs.add(run, units(2));
        await wait(200);
        await others[0]?.work({ sort: () => Promise.resolve() });
        expect(await untilCounts(jobs, run)).toMatchObject({ done: 2, dead: 0 });
      }, 2));
  });
}
