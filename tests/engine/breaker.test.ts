import { describe, expect, test } from '@jest/globals';
import { createBreaker } from '../../shared/engine/breaker.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { Engine, EngineAnswer, EngineCall } from '../../shared/ports.ts';

const signal = new AbortController().signal;
const call = {} as EngineCall<unknown>;

/** An engine that fails as it is told, and counts how often it was asked. */
function createFailing(): Engine & { asked: number; fail: HumphreyError | undefined; gate: Promise<void> } {
  const engine = {
    name: 'openai' as const,
    model: 'm',
    passageTokenLimit: 1,
    asked: 0,
    fail: undefined as HumphreyError | undefined,
    gate: Promise.resolve(),
    run: async <Output>(): Promise<EngineAnswer<Output>> => {
      engine.asked += 1;
      await engine.gate;
      if (engine.fail) throw engine.fail;
      return { output: 'ok' as Output, model: 'm', usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null } };
    },
  };
  return engine;
}

function setUp() {
  const engine = createFailing();
  const time = { now: 0 };
  const breaker = createBreaker(engine, { now: () => time.now, failures: 3, openMilliseconds: 1_000 });
  const ask = (): Promise<unknown> =>
    breaker.run(call, signal).then(
      (answer) => answer.output,
      (error: unknown) => (error as HumphreyError).details ?? (error as HumphreyError).code,
    );
  return { engine, time, ask };
}

const out = new HumphreyError('model-unavailable', 'out', { details: { reason: 'server-error' } });

describe('the breaker', () => {
  test('asks a model that is out no more after some failures, says so, and offers the offline engine', async () => {
    const { engine, ask } = setUp();
    engine.fail = out;
    for (let count = 0; count < 3; count += 1) expect(await ask()).toEqual({ reason: 'server-error', offline: true });
    expect(await ask()).toEqual({ reason: 'out', offline: true, retryAfterSeconds: 1 });
    expect(engine.asked).toBe(3);
  });

  test('lets one call try after a while, and no other beside it', async () => {
    const { engine, time, ask } = setUp();
    engine.fail = out;
    for (let count = 0; count < 3; count += 1) await ask();
    time.now = 1_000;
    const gate = Promise.withResolvers<undefined>();
    engine.gate = gate.promise.then(() => undefined);
    engine.fail = undefined;
    const probe = ask();
    expect(await ask()).toMatchObject({ reason: 'out' });
    gate.resolve(undefined);
    expect(await probe).toBe('ok');
    expect(await ask()).toBe('ok');
    expect(engine.asked).toBe(5);
  });

  test('waits again when the try fails', async () => {
    const { engine, time, ask } = setUp();
    engine.fail = out;
    for (let count = 0; count < 3; count += 1) await ask();
    time.now = 1_000;
    expect(await ask()).toMatchObject({ reason: 'server-error' });
    time.now = 1_999;
    expect(await ask()).toMatchObject({ reason: 'out' });
    expect(engine.asked).toBe(4);
  });

  test.each(['model-failed', 'rate-limited', 'cancelled'] as const)('is not opened by %s', async (code) => {
    const { engine, ask } = setUp();
    engine.fail = new HumphreyError(code, 'no');
    for (let count = 0; count < 5; count += 1) await ask();
    expect(engine.asked).toBe(5);
  });

  test('begins to count anew after an answer', async () => {
    const { engine, ask } = setUp();
    for (let round = 0; round < 3; round += 1) {
      engine.fail = out;
      await ask();
      await ask();
      engine.fail = undefined;
      expect(await ask()).toBe('ok');
    }
  });
});
