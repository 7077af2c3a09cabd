import type { Engine, EngineAnswer, EngineCall, EngineUsage } from '../../shared/ports.ts';

type Step = (call: EngineCall<unknown>, signal: AbortSignal) => unknown;

export const fakeUsage: EngineUsage = { inputTokens: 100, cachedInputTokens: 0, outputTokens: 10, cost: { amount: 0.01, currency: 'USD' } };

/** An engine that answers by script, keeps its calls, and fails loudly on one that nobody expected. */
export function createFakeEngine(steps: Step[], passageTokenLimit = 90_000): Engine & { calls: EngineCall<unknown>[] } {
  const calls: EngineCall<unknown>[] = [];
  const left = [...steps];
  return {
    name: 'openai',
    model: 'fake-model',
    passageTokenLimit,
    calls,
    run: async <Output>(call: EngineCall<Output>, signal: AbortSignal): Promise<EngineAnswer<Output>> => {
      calls.push(call);
      const step = left.shift();
      if (!step) throw new Error(`unexpected engine call ${calls.length}: ${call.task.name} ${call.stage}`);
      const output = await step(call, signal);
      return { output: call.schema.parse(output), model: 'fake-model', usage: fakeUsage };
    },
  };
}
