import { setTimeout as wait } from 'node:timers/promises';
import { createQuota } from '../../shared/jobs/quota.ts';
import type { ModelQuota, QuotaCall } from '../../shared/ports.ts';
import { openDatabase } from '../../shared/store/database.ts';

/** A process that calls the endpoint: started by quota.ts, told by its first message, ended by a signal. */
export interface CallerOrder {
  databaseUrl: string;
  endpoint: string;
  limits: { tokensPerMinute: number; requestsPerMinute: number };
  kind: QuotaCall['kind'];
  promptTokens: number;
  maxOutputTokens: number;
  /** Bulk: calls at once. Person: calls a second, at random moments. */
  calls: number;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const live = new AbortController();

/** One call, as an engine makes it: again after a refusal, with the wait that the endpoint asks for left to the quota. */
async function call(quota: ModelQuota, order: CallerOrder): Promise<number> {
  for (let waited = 0; ;) {
    const begun = performance.now();
    const reservation = await quota.reserve(order, live.signal);
    waited += performance.now() - begun;
    const response = await fetch(order.endpoint, {
      method: 'POST',
      headers: { 'x-cost': String(order.promptTokens + order.maxOutputTokens) },
    });
    await response.arrayBuffer();
    await quota.learn(response.headers);
    await reservation.settle(
      response.ok
        ? { kind: 'answered', promptTokens: order.promptTokens }
        : { kind: 'refused', retryAfterMilliseconds: Number(response.headers.get('retry-after-ms')) },
    );
    if (response.ok) return waited;
  }
}

process.once('message', (message) => {
  const order = message as CallerOrder;
  const database = openDatabase({ url: order.databaseUrl, log: silent });
  const quota = createQuota({ database, model: 'gpt-4o', limits: order.limits });
  const bulk = async (): Promise<never> => {
    for (;;) await call(quota, order);
  };
  const people = async (): Promise<never> => {
    for (;;) {
      await wait((-Math.log(1 - Math.random()) * 1000) / order.calls);
      void call(quota, order).then((waited) => process.send?.({ waited }));
    }
  };
  if (order.kind === 'person') void people();
  else for (let each = 0; each < order.calls; each += 1) void bulk();
});
