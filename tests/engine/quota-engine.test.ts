import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createOpenAIEngine } from '../../shared/engine/openai.ts';
import { createQuotaEngine } from '../../shared/engine/quota-engine.ts';
import { createModelCalls, unsettledCalls } from '../../shared/jobs/model-calls.ts';
import type { CallOutcome, Engine, EngineCall, ModelQuota, QuotaCall } from '../../shared/ports.ts';
import { openDatabase, type Database } from '../../shared/store/database.ts';
import { createFakeEngine } from '../fakes/fake-engine.ts';
import { createKeptLog } from '../fakes/fake-ports.ts';
import { answerWith, failWith, startModelStub, type ModelStub } from '../fakes/model-stub.ts';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';
import { query, silentLog } from '../store/test-servers.ts';

const signal = new AbortController().signal;
const call: EngineCall<{ said: string }> = {
  task: { name: 'answer', version: 'answer-1', prompt: 'Answer.' },
  stage: 'run',
  input: { instruction: '', passages: [], options: {}, asker: {}, today: '2026-11-23' },
  schema: z.object({ said: z.string() }),
};

let url: string;
let database: Database;
let stub: ModelStub;
beforeAll(async () => {
  url = await takeTestDatabase();
  database = openDatabase({ url, log: silentLog });
});
afterAll(async () => {
  await database.close();
  await leaveTestDatabase(url);
});
beforeEach(async () => {
  stub = await startModelStub();
});
afterEach(() => stub.close());

interface KeptQuota extends ModelQuota {
  reserved: QuotaCall[];
  settled: CallOutcome[];
  learned: (string | null)[];
}

function createKeptQuota(): KeptQuota {
  const kept: KeptQuota = {
    reserved: [],
    settled: [],
    learned: [],
    reserve: (quotaCall) => {
      kept.reserved.push(quotaCall);
      return Promise.resolve({ settle: (outcome) => Promise.resolve(void kept.settled.push(outcome)) });
    },
    learn: (headers) => Promise.resolve(void kept.learned.push(headers.get('content-type'))),
  };
  return kept;
}

function setUp(inner?: Engine) {
  const quota = createKeptQuota();
  const log = createKeptLog();
  const openai = createOpenAIEngine({
    connection: { kind: 'compatible', baseURL: stub.baseURL },
    model: 'gpt-4o',
    clock: { now: () => new Date() },
    log,
    random: () => 0,
  });
  const purpose = { tenantId: randomUUID(), objectId: 'o1', workId: randomUUID(), kind: 'person' as const };
  const engine = createQuotaEngine(inner ?? openai, { quota, calls: createModelCalls(database), purpose, log });
  const rows = () =>
    query(
      url,
      `select event, attempt, outcome, task, stage, model, prompt_version, kind, object_id, input_tokens is not null as counted from humphrey.model_call where work_id = '${purpose.workId}' order by sequence`,
    );
  return { engine, quota, purpose, rows };
}

describe('a call of the model', () => {
  test('reserves its prompt and its output limit, and leaves a row before and after', async () => {
    stub.answer(answerWith({ said: 'yes' }));
    const { engine, quota, purpose, rows } = setUp();
    await engine.run(call, signal);
    expect(quota.reserved).toEqual([{ kind: 'person', promptTokens: expect.any(Number), maxOutputTokens: 16_384 }]);
    expect(quota.reserved[0]?.promptTokens).toBeGreaterThan(10);
    expect(quota.settled).toEqual([{ kind: 'answered', promptTokens: expect.any(Number) }]);
    expect(quota.learned).toEqual([expect.stringContaining('text/event-stream')]);
    const about = {
      attempt: 1,
      task: 'answer',
      stage: 'run',
      model: 'gpt-4o',
      prompt_version: 'answer-1',
      kind: 'person',
      object_id: 'o1',
    };
    expect(await rows()).toEqual([
      { ...about, event: 'begun', outcome: null, counted: false },
      { ...about, event: 'ended', outcome: 'answered', counted: true },
    ]);
    expect(await unsettledCalls(database, purpose.tenantId, purpose.workId)).toEqual([]);
  });

  test('that is refused for its rate tells the quota, and its repeat is a call of its own', async () => {
    stub.answer(failWith(429, {}, { 'retry-after-ms': '20' }), answerWith({ said: 'yes' }));
    const { engine, quota, rows } = setUp();
    await engine.run(call, signal);
    expect(quota.settled).toEqual([
      { kind: 'refused', retryAfterMilliseconds: 20 },
      { kind: 'answered', promptTokens: expect.any(Number) },
    ]);
    expect(quota.learned).toHaveLength(2);
    expect((await rows()).map((row) => `${String(row['attempt'])} ${String(row['event'])} ${String(row['outcome'])}`)).toEqual([
      '1 begun null',
      '1 ended rate-limited',
      '2 begun null',
      '2 ended answered',
    ]);
  });

  test('is not made when its row cannot be written, and its share is given back', async () => {
    const quota = createKeptQuota();
    const asked = createFakeEngine([]);
    const engine = createQuotaEngine(
      {
        ...asked,
        watched: true,
        run: async (wanted) => {
          await wanted.watch?.begin({ number: 1, promptTokens: 1, maxOutputTokens: 1 }, signal);
          return asked.run(wanted, signal);
        },
      },
      {
        quota,
        calls: { begin: () => Promise.reject(new Error('full')) },
        purpose: { tenantId: 't', objectId: 'o', workId: 'w', kind: 'bulk' },
        log: silentLog,
      },
    );
    await expect(engine.run(call, signal)).rejects.toThrow('full');
    expect(quota.settled).toEqual([{ kind: 'unsent' }]);
  });
});

test('an engine that asks no provider reserves nothing, and is on record all the same', async () => {
  const { engine, quota, rows } = setUp(createFakeEngine([() => ({ said: 'yes' })]));
  await engine.run(call, signal);
  expect(quota.reserved).toEqual([]);
  expect((await rows()).map((row) => row['event'])).toEqual(['begun', 'ended']);
});

test('rows of calls are never changed', async () => {
  for (const statement of [
    'update humphrey.model_call set outcome = null',
    'delete from humphrey.model_call',
    'truncate humphrey.model_call',
  ]) {
    await expect(query(url, statement)).rejects.toMatchObject({ code: '42501' });
  }
});
