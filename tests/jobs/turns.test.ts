import { describe, expect, test } from '@jest/globals';
import { createTurns } from '../../shared/jobs/turns.ts';

const live = new AbortController().signal;

describe('turns', () => {
  test('are taken one at a time, first come, first served', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const piece = (name: string) => async (): Promise<string> => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all(['a', 'b', 'c'].map((name) => turns.take(live, piece(name))))).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  test('go on after work that failed', async () => {
    const turns = createTurns();
    const failed = turns.take(live, () => Promise.reject(new Error('broken')));
    const next = turns.take(live, () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe('done');
  });

  test('of who gives up are lost to nobody else, and no two run together', async () => {
    const turns = createTurns();
    const gate = Promise.withResolvers<string>();
    const first = turns.take(live, () => gate.promise);
    const leaver = new AbortController();
    const left = turns.take(leaver.signal, () => Promise.resolve('never'));
    let lastBegan = false;
    const last = turns.take(live, () => {
      lastBegan = true;
      return Promise.resolve('last');
    });
    leaver.abort();
    await expect(left).rejects.toBe(leaver.signal.reason);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lastBegan).toBe(false);
    gate.resolve('first');
    await first;
    await expect(last).resolves.toBe('last');
  });

  test('are not begun by who gave up before', async () => {
    let began = false;
    const work = (): Promise<void> => {
      began = true;
      return Promise.resolve();
    };
    await expect(createTurns().take(AbortSignal.abort(new Error('gone')), work)).rejects.toThrow('gone');
    expect(began).toBe(false);
  });
});
