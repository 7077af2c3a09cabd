import { describe, expect, test } from '@jest/globals';
import type { ModelQuota, QuotaCall } from '../../shared/ports.ts';

const live = new AbortController().signal;
const MINUTE = 60_000;

/** Time that passes only when somebody waits for it, or when a test says so. */
export interface SimulatedTime {
  now: () => number;
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  move: (milliseconds: number) => void;
}

export function createSimulatedTime(start = Date.UTC(2026, 10, 23)): SimulatedTime {
  let now = start;
  return {
    now: () => now,
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      now += milliseconds;
      return Promise.resolve();
    },
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
}

export interface QuotaUnderTest {
  /** 60,000 tokens (one a millisecond) and 600 requests (one in 100 ms) a minute. */
  quota: ModelQuota;
  time: SimulatedTime;
  /** The same quota, as another process has it; with its own idea of time where one is given. */
  another: (time?: SimulatedTime) => ModelQuota;
}

const person = (promptTokens: number, maxOutputTokens = 0): QuotaCall => ({ kind: 'person', promptTokens, maxOutputTokens });
const bulk = (promptTokens: number, maxOutputTokens = 0): QuotaCall => ({ kind: 'bulk', promptTokens, maxOutputTokens });

/** What every ModelQuota does, by a clock that stands still while nobody waits. */
export function describeQuota(open: () => Promise<QuotaUnderTest>): void {
  describe('the quota', () => {
    test("lets an idle account's first call through at once, whatever its size", async () => {
      const { quota, time } = await open();
      const begun = time.now();
      await quota.reserve(person(50_000, 4_000), live);
      expect(time.now() - begun).toBe(0);
    });

    test.each([
      { kind: 'bulk' as const, tokens: 1_000, calls: 200, limit: 'tokens', most: 60 },
      { kind: 'bulk' as const, tokens: 10, calls: 1_000, limit: 'requests', most: 600 },
      { kind: 'person' as const, tokens: 1_000, calls: 150, limit: 'tokens', most: 60 },
    ])('keeps $kind calls of $tokens tokens to the rate of $limit, and uses it', async ({ kind, tokens, calls, most }) => {
      const { quota, time } = await open();
      const at: number[] = [];
      const begun = time.now();
      for (let call = 0; call < calls; call += 1) {
        await quota.reserve({ kind, promptTokens: tokens - 5, maxOutputTokens: 5 }, live);
        at.push(time.now());
      }
      // In no minute more than the limit and what may be ahead of it: half a second's worth and one call.
      for (const [index, first] of at.entries()) {
        const inMinute = at.slice(index).filter((each) => each < first + MINUTE).length;
        expect(inMinute).toBeLessThanOrEqual(most * (1 + 0.5 / 60) + 1.5);
      }
      expect(calls / ((time.now() - begun) / MINUTE)).toBeGreaterThan(most * 0.985);
    });

    test('is one for all processes', async () => {
      const { quota, time, another } = await open();
      const second = another();
      const begun = time.now();
      for (let call = 0; call < 50; call += 1) {
        await quota.reserve(bulk(1_000), live);
        await second.reserve(bulk(1_000), live);
      }
      const minutes = (time.now() - begun) / MINUTE;
      expect(100 / minutes).toBeLessThanOrEqual(61);
      expect(100 / minutes).toBeGreaterThan(59);
    });

    test('lets a person through at once beside bulk work that takes all it gets', async () => {
      const { quota, time, another } = await open();
      const people = another();
      const waits: number[] = [];
      for (let call = 0; call < 100; call += 1) {
        await quota.reserve(bulk(200), live);
        if (call % 10 !== 9) continue;
        const begun = time.now();
        await people.reserve(person(200), live);
        waits.push(time.now() - begun);
      }
      expect(Math.max(...waits)).toBe(0);
    });

    test('lets people take all of it: bulk work waits until they have had their turn', async () => {
      const { quota, time, another } = await open();
      // Five people at the same moment, five seconds' worth of the rate.
      const people = another({ ...time, wait: () => Promise.resolve() });
      for (let call = 0; call < 5; call += 1) await people.reserve(person(1_000), live);
      const begun = time.now();
      await quota.reserve(bulk(100), live);
      expect(time.now() - begun).toBeGreaterThanOrEqual(4_700);
    });

    test('tells a person whose turn is more than a minute off, and takes nothing', async () => {
      const { another } = await open();
      const standing = createSimulatedTime();
      const crowd = another({ ...standing, wait: () => Promise.resolve() });
      for (let call = 0; call < 61; call += 1) await crowd.reserve(person(1_000), live);
      await expect(crowd.reserve(person(1_000), live)).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterSeconds: 61 } });
      await expect(crowd.reserve(person(1_000), live)).rejects.toMatchObject({ details: { retryAfterSeconds: 61 } });
    });

    test('is given back by a call that never left, and by one that is cancelled while it waits', async () => {
      const { quota, time } = await open();
      const reservation = await quota.reserve(person(30_000), live);
      await reservation.settle({ kind: 'unsent' });
      const begun = time.now();
      await quota.reserve(person(1_000), live);
      expect(time.now() - begun).toBe(0);
      await quota.reserve(person(20_000), live);
      await expect(quota.reserve(person(30_000), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
      const leaver = new AbortController();
      const before = time.now();
      time.move(0);
      const waiting = quota.reserve(person(30_000), leaver.signal);
      leaver.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
      time.move(before + 22_000 - time.now());
      const after = time.now();
      await quota.reserve(person(1_000), live);
      expect(time.now() - after).toBe(0);
    });

    test('is corrected by what the provider counted', async () => {
      const { quota, time } = await open();
      const reservation = await quota.reserve(person(1_000), live);
      await reservation.settle({ kind: 'answered', promptTokens: 11_000 });
      const begun = time.now();
      await quota.reserve(person(1_000), live);
      expect(time.now() - begun).toBeCloseTo(10_500, -1);
      const same = await quota.reserve(person(2_000), live);
      await same.settle({ kind: 'answered', promptTokens: 2_000 });
      await (await quota.reserve(person(2_000), live)).settle({ kind: 'answered' });
    });

    test('lets nobody call before a refusal has run out', async () => {
      const { quota, time, another } = await open();
      const reservation = await quota.reserve(person(10), live);
      await reservation.settle({ kind: 'refused', retryAfterMilliseconds: 20_000 });
      const begun = time.now();
      await another().reserve(bulk(10), live);
      expect(time.now() - begun).toBeGreaterThanOrEqual(20_000);
      // A shorter one that comes later does not shorten it.
      const long = await quota.reserve(person(10), live);
      const short = await quota.reserve(person(10), live);
      await long.settle({ kind: 'refused', retryAfterMilliseconds: 30_000 });
      await short.settle({ kind: 'refused', retryAfterMilliseconds: 1 });
      const blocked = time.now();
      await quota.reserve(person(10), live);
      expect(time.now() - blocked).toBeGreaterThanOrEqual(29_000);
    });

    test("learns the provider's limits, and forgets nothing of what was taken", async () => {
      const { quota, time, another } = await open();
      await quota.reserve(person(10_000), live);
      await quota.learn(new Headers({ 'x-ratelimit-limit-tokens': '600000', 'x-ratelimit-limit-requests': '6000' }));
      const begun = time.now();
      await another().reserve(person(1_000), live);
      expect(time.now() - begun).toBeCloseTo(9_500, -1);
      const fast = time.now();
      for (let call = 0; call < 100; call += 1) await quota.reserve(bulk(1_000), live);
      expect(time.now() - fast).toBeLessThan(11_000);
    });

    test.each([{}, { 'x-ratelimit-limit-tokens': '-1' }, { 'x-ratelimit-limit-tokens': '0', 'x-ratelimit-limit-requests': 'many' }])(
      'learns nothing from %j',
      async (headers) => {
        const { quota, time } = await open();
        await quota.learn(new Headers(headers));
        const begun = time.now();
        for (let call = 0; call < 20; call += 1) await quota.reserve(bulk(1_000), live);
        expect(time.now() - begun).toBeGreaterThan(18_000);
      },
    );

    test.each([-600_000, -3_600_000, 600_000])('goes on at once when the clock is set by %d ms', async (milliseconds) => {
      const { quota, time } = await open();
      for (let call = 0; call < 10; call += 1) await quota.reserve(person(1_000), live);
      time.move(milliseconds);
      const begun = time.now();
      await quota.reserve(person(1_000), live);
      await quota.reserve(bulk(10), live);
      expect(time.now() - begun).toBeLessThanOrEqual(2_000);
    });

    test('lets a call through that is larger than a minute of the rate, and is not stuck after it', async () => {
      const { quota, time } = await open();
      await quota.reserve(person(500_000), live);
      const begun = time.now();
      await quota.reserve(bulk(10), live);
      expect(time.now() - begun).toBeLessThanOrEqual(MINUTE);
    });
  });
}
