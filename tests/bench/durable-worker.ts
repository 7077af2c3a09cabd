import { randomUUID } from 'node:crypto';
import { createModelCalls } from '../../shared/jobs/model-calls.ts';
import { createJobs } from '../../shared/jobs/jobs.ts';
import { listenForNotifications } from '../../shared/jobs/notifications.ts';
import { outlastOutage } from '../../shared/jobs/outlast-outage.ts';
import { createQuota } from '../../shared/jobs/quota.ts';
import { openDatabase } from '../../shared/store/database.ts';

/** A worker of durable-units.ts: each unit is one paid call of the endpoint, with its share of the rate and its record. */
const [url = '', endpoint = '', slots = '100'] = process.argv.slice(2);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PROMPT_TOKENS = 2_600;
const OUTPUT_TOKENS = 400;

const database = openDatabase({ url, log: silent });
const notifications = listenForNotifications(database, silent);
const quota = createQuota({ database, model: 'gpt-4o', limits: { tokensPerMinute: 9_000_000, requestsPerMinute: 3_000 } });
const calls = createModelCalls(database);
const jobs = createJobs({
  database,
  notifications,
  log: silent,
  newId: randomUUID,
  limits: { slots: Number(slots), leaseMilliseconds: 12_000, attempts: 5, drainMilliseconds: 20_000 },
});
await jobs.work({
  sort: async (unit, signal) => {
    const reservation = await outlastOutage(() =>
      quota.reserve({ kind: 'bulk', promptTokens: PROMPT_TOKENS, maxOutputTokens: OUTPUT_TOKENS }, signal),
    );
    const about = { task: 'sort', stage: 'map', model: 'gpt-4o', promptVersion: '1', attempt: unit.attempt };
    const record = await outlastOutage(() =>
      calls.begin({ tenantId: unit.tenantId, objectId: 'o1', workId: `${unit.runId}/${unit.key}`, kind: 'bulk', ...about }),
    );
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-cost': String(PROMPT_TOKENS + OUTPUT_TOKENS), 'x-unit': unit.key },
      signal,
    });
    await response.arrayBuffer();
    await outlastOutage(() => reservation.settle({ kind: 'answered' }));
    await record.end({ outcome: response.ok ? 'answered' : 'rate-limited' });
    if (!response.ok) throw new Error('refused');
  },
});
process.once('SIGTERM', () => {
  void jobs
    .stop()
    .then(() => Promise.all([notifications.close(), database.close()]))
    .then(() => process.exit(0));
});
process.send?.('ready');
