import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { engineLimits } from '../../shared/engine/openai-limits.ts';
import { answerWith, cutAfter, failWith, stallAfter } from '../fakes/model-stub.ts';
import { failureOf, input, setUpEngine, summariseCall, summary, unending, type EngineSetUp } from './set-up-engine.ts';

let setUp: EngineSetUp;
beforeEach(async () => {
  setUp = await setUpEngine();
});
afterEach(() => setUp.close());

describe('a server that does not take the call', () => {
  test.each([408, 409, 429, 500, 502, 503, 504])('with %d is asked again after a growing wait', async (status) => {
    setUp.stub.answer(failWith(status), failWith(status), answerWith(summary));
    const answer = await setUp.engine.run(summariseCall(), unending);
    expect(answer.output).toEqual(summary);
    // The shortest waits: half of 500 and of 1,000 ms, with nothing from chance.
    expect(setUp.time.waits).toEqual([250, 500]);
  });

  test('is asked four times at most', async () => {
    setUp.stub.always(failWith(503));
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.code).toBe('model-unavailable');
    expect(error.details).toMatchObject({ reason: 'server-error', status: 503 });
    expect(setUp.stub.requests).toHaveLength(4);
  });

  test('and is busy to the end gives rate-limited', async () => {
    setUp.stub.always(failWith(429, { code: 'rate_limit_exceeded' }));
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.code).toBe('rate-limited');
    expect(error.status).toBe(429);
  });

  test('waits differ by chance, so that refused calls do not all come back at once', async () => {
    await setUp.close();
    setUp = await setUpEngine({ random: () => 1 });
    setUp.stub.answer(failWith(500), failWith(429, {}, { 'retry-after': '7' }), answerWith(summary));
    await setUp.engine.run(summariseCall(), unending);
    expect(setUp.time.waits).toEqual([500, 7_500]);
  });

  test('between bad answers counts both, so that nothing is asked without end', async () => {
    setUp.stub.answer(failWith(500), cutAfter('{'), failWith(500), cutAfter('{'));
    expect((await failureOf(setUp.engine.run(summariseCall(), unending))).details).toMatchObject({ reason: 'cut' });
    expect(setUp.stub.requests).toHaveLength(4);
  });
});

describe('Retry-After is honoured in full', () => {
  test.each([
    ['in seconds', { 'retry-after': '3' }, 3_000],
    ['above the 60 s at which the SDK gives up heeding it', { 'retry-after': '120' }, 120_000],
    ['in milliseconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    ['as a date', { 'retry-after': 'Mon, 23 Nov 2026 10:00:42 GMT' }, 42_000],
    ['as a date gone by', { 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT' }, 0],
    ['as nonsense: the backoff instead', { 'retry-after': 'soon' }, 250],
    ['as a negative number: the backoff instead', { 'retry-after-ms': '-5' }, 250],
  ])('%s', async (_name, headers, wait) => {
    setUp.stub.answer(failWith(429, {}, headers), answerWith(summary));
    await setUp.engine.run(summariseCall(), unending);
    expect(setUp.time.waits).toEqual([wait]);
  });

  test('also on 503', async () => {
    setUp.stub.answer(failWith(503, {}, { 'retry-after': '20' }), answerWith(summary));
    await setUp.engine.run(summariseCall(), unending);
    expect(setUp.time.waits).toEqual([20_000]);
  });

  test('or, where it does not fit the time of the call, told to whoever can come back', async () => {
    setUp.stub.answer(failWith(429, {}, { 'retry-after': '600' }));
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.code).toBe('rate-limited');
    expect(error.details).toMatchObject({ reason: 'rate-limited', retryAfterSeconds: 600 });
    expect(error.message).toBe('The model is busy. Try again in 10 minutes.');
    expect(setUp.time.waits).toEqual([]);
  });

  test('only as long as all waits together fit', async () => {
    setUp.stub.always(failWith(429, {}, { 'retry-after': '100' }));
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.details).toMatchObject({ retryAfterSeconds: 100 });
    expect(setUp.time.waits).toEqual([100_000, 100_000]);
    expect(setUp.time.now()).toBeLessThan(engineLimits.totalMilliseconds);
  });
});

describe('a cancelled call', () => {
  test('ends at once, and its connection is closed', async () => {
    setUp.stub.answer(stallAfter('{"head'));
    const controller = new AbortController();
    const running = failureOf(setUp.engine.run(summariseCall(), controller.signal));
    await setUp.stub.silence();
    controller.abort();
    expect((await running).code).toBe('cancelled');
    expect(await setUp.stub.requests[0]?.ended).toBe('hung-up');
    expect(setUp.stub.requests).toHaveLength(1);
    // A person's change of mind is no fault, and worth no line.
    expect(setUp.lines).toEqual([]);
  });

  test('ends while it waits to ask again', async () => {
    const held = setUp.time.holdWaits();
    setUp.stub.answer(failWith(500));
    const controller = new AbortController();
    const running = failureOf(setUp.engine.run(summariseCall(), controller.signal));
    await held;
    controller.abort();
    expect((await running).code).toBe('cancelled');
    expect(setUp.stub.requests).toHaveLength(1);
  });

  test('asks nothing when it is cancelled while its tokens are counted', async () => {
    const passages = [{ id: 'p1', source: 0, text: 'The minister will reply by noon. '.repeat(9_000), locator: {}, role: 'own' as const }];
    const controller = new AbortController();
    const running = failureOf(setUp.engine.run(summariseCall({ input: { ...input, passages } }), controller.signal));
    controller.abort();
    expect((await running).code).toBe('cancelled');
    expect(setUp.stub.requests).toHaveLength(0);
  });

  test('asks nothing when it was cancelled before', async () => {
    expect((await failureOf(setUp.engine.run(summariseCall(), AbortSignal.abort()))).code).toBe('cancelled');
    expect(setUp.stub.requests).toHaveLength(0);
  });
});
