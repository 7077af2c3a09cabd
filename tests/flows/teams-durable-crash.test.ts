import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { crashSteps, type CrashStep } from '../bench/crash-host.ts';
import { startTrial, type CrashChild, type CrashTrial } from '../bench/crash-trial.ts';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';

/** Short leases, so that a death is noticed soon; the bench has the real ones. */
const times = { leaseMilliseconds: 800, renewMilliseconds: 200, lookMilliseconds: 100, graceMilliseconds: 0 };

let folder: string;
let databaseUrl: string;
let trial: CrashTrial;
let survivor: CrashChild;
const asks: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'humphrey-crash-'));
  databaseUrl = await takeTestDatabase();
  trial = await startTrial({ databaseUrl, keyFile: join(folder, 'keys'), times, modelMilliseconds: 150 });
  survivor = await trial.startChild();
}, 60_000);
afterAll(async () => {
  await trial.stop();
  await leaveTestDatabase(databaseUrl);
  await rm(folder, { recursive: true });
}, 30_000);

/** Calls that are paid again: those whose answer was not kept before the process died. */
const paidAgain = new Set<CrashStep>(['during-call', 'after-call', 'before-answer-kept']);
/** Placeholders that may stand for ever: those of which nobody knows whether they were posted. */
const orphaned = new Set<CrashStep>(['placeholder-announced', 'placeholder-posted']);

describe('a process that is killed', () => {
  test.each(crashSteps)('at %s leaves each ask answered once', async (step) => {
    const before = await trial.figures(asks);
    const doomed = await trial.startChild({ crashAt: step });
    await doomed.order('work');
    const ask = `ask-${step}`;
    const died = new Promise<string | null>((resolve) => {
      doomed.process.once('exit', (_code, signal) => {
        resolve(signal);
      });
    });
    const status = await trial.sendOnce(ask, 'a:chat', doomed);
    expect(await died).toBe('SIGKILL');
    await survivor.order('work');
    // What was not acknowledged is sent again; what was, may be.
    expect(await trial.sendOnce(ask, 'a:chat', survivor)).toBe(200);
    asks.push(ask);
    expect(await trial.ended(asks.length, 10_000)).toBe(true);
    await survivor.order('rest');
    const after = await trial.figures(asks);
    expect(status).toBe(step === 'before-store' || step === 'after-store' ? undefined : 200);
    expect(after).toMatchObject({
      accepted: asks.length,
      answered: asks.length,
      unfinished: 0,
      unanswered: [],
      answeredTwice: [],
      paidTwiceWithoutDeath: 0,
    });
    expect(after.calls - before.calls).toBe(paidAgain.has(step) ? 2 : 1);
    expect(after.orphansCounted - before.orphansCounted).toBe(orphaned.has(step) ? 1 : 0);
    expect(after.placeholdersLeft - before.placeholdersLeft).toBe(step === 'placeholder-posted' ? 1 : 0);
  });
});
