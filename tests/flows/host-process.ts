import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../../bot/config.ts';
import { startHost } from '../../bot/host.ts';
import type { Engine } from '../../shared/ports.ts';

/** A host in a process of its own, to be killed: says its port, and when its engine is asked; its engine takes as long as told. */
export interface HostReport {
  port?: number;
  asked?: true;
}

const milliseconds = Number(process.argv[2]);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const engine: Engine = {
  name: 'openai',
  model: 'slow-model',
  passageTokenLimit: Infinity,
  run: async (call, signal) => {
    process.send?.({ asked: true } satisfies HostReport);
    await wait(milliseconds, undefined, { signal });
    const empty = { text: 'Nothing to report.', evidence: [] };
    const output = call.schema.parse({ headline: empty, points: [], actions: [], dates: [], questions: [] });
    return { output, model: 'slow-model', usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null } };
  },
};
const host = await startHost(readConfig(process.env), { log: silent, engine, drainMilliseconds: 500 });
process.once('SIGTERM', () => {
  void host.stop().then(() => process.exit(0));
});
process.send?.({ port: host.port } satisfies HostReport);
