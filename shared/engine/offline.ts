import type { Engine, EngineCall, EngineUsage, Pool } from '../ports.ts';
import { HumphreyError } from '../errors.ts';
import { taskNamed } from '../tasks/task-list.ts';

/** What the offline engine calls itself where a model's name is shown. */
const MODEL = 'key-sentences';

const FREE: EngineUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: { amount: 0, currency: 'USD' } };

/**
 * The engine without a key, a network or weights: it selects and quotes by rules, always the same for the same input. Long documents take up
 * to a second of processor time, so it works in the pool's children; without a pool it works here. Throws HumphreyError cancelled, and
 * what the pool throws.
 */
export function createOfflineEngine(pool?: Pool): Engine {
  return {
    name: 'offline',
    model: MODEL,
    passageTokenLimit: Infinity,
    run: async (call, signal) => {
      stopIfCancelled(signal);
      const output = call.schema.parse(await draft(call, pool, signal));
      stopIfCancelled(signal);
      handOver(output, call);
      return { output, model: MODEL, usage: { ...FREE } };
    },
  };
}

/** The draft, or a promise of it where the pool makes it. */
function draft(call: Pick<EngineCall<unknown>, 'task' | 'input'>, pool: Pool | undefined, signal: AbortSignal): unknown {
  const { name } = call.task;
  // Rules chose already before an engine is asked: what they could not tell, this engine cannot either, and the person is asked.
  if (name === 'choose-task') return { task: 'none', confidence: 'low' };
  return pool ? pool.run({ name, input: call.input }, signal) : taskNamed(name).offline(call.input);
}

function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new HumphreyError('cancelled', 'The task was cancelled.');
}

/** The elements one by one in the order that the task names them, as a streaming engine would hand them over. */
function handOver(output: unknown, { elements = [], onElement }: Pick<EngineCall<unknown>, 'elements' | 'onElement'>): void {
  if (!onElement) return;
  for (const pattern of elements) {
    const [, key = '', many] = /^\$\.([^.]+)(\.\*)?$/u.exec(pattern) ?? [];
    const value: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, key) : undefined;
    if (many === undefined) {
      if (value !== undefined) onElement(key, value);
    } else if (Array.isArray(value)) {
      value.forEach((item: unknown, index) => {
        onElement(`${key}.${index}`, item);
      });
    }
  }
}
