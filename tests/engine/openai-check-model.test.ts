import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkModel, type CheckModelOptions } from '../../shared/engine/openai-check-model.ts';
import { answerWithJSON, answerWithPage, failWith, startModelStub, type ModelStub, type StubReply } from '../fakes/model-stub.ts';
import { recordingLog, type LogLine } from './set-up-engine.ts';

let stub: ModelStub;
let lines: LogLine[];
beforeEach(async () => {
  stub = await startModelStub();
  lines = [];
});
afterEach(() => stub.close());

function check(changes: Partial<CheckModelOptions> = {}): ReturnType<typeof checkModel> {
  return checkModel({
    connection: { kind: 'compatible', baseURL: stub.baseURL, apiKey: 'key-1' },
    model: 'gpt-4o',
    clock: { now: () => new Date('2026-11-23T10:00:00Z') },
    log: recordingLog(lines),
    ...changes,
  });
}

function model(shutdown: unknown): StubReply {
  return answerWithJSON({ id: 'gpt-4o', object: 'model', shutdown_date: shutdown });
}

describe('the check at start-up', () => {
  test('warns of a model that the server will shut down within 90 days', async () => {
    stub.answer(model('2027-01-14'));
    const warning = 'The model gpt-4o will be shut down on 14 January 2027. Choose another one with OPENAI_MODEL.';
    expect(await check()).toEqual({ warning });
    expect(lines).toEqual([{ level: 'warn', fields: { model: 'gpt-4o', shutdown: '2027-01-14', days: 52 }, message: warning }]);
    expect(stub.requests[0]).toMatchObject({ method: 'GET', path: '/v1/models/gpt-4o', headers: { authorization: 'Bearer key-1' } });
  });

  test('warns of one that is gone', async () => {
    stub.answer(model('2026-10-23'));
    expect((await check()).warning).toMatch(/was shut down on 23 October 2026/);
  });

  test.each([['2027-03-01'], [null], ['soon'], [5]])('is silent about a date of %j', async (date) => {
    stub.answer(model(date));
    expect(await check()).toEqual({});
    expect(lines).toEqual([]);
  });

  test.each<[string, StubReply]>([
    ['an error', failWith(404)],
    ['a refused key', failWith(401)],
    ['a page', answerWithPage()],
    ['nonsense', answerWithJSON('none')],
  ])('takes %s quietly: it never stops a start-up', async (_name, reply) => {
    stub.answer(reply);
    expect(await check()).toEqual({});
    expect(lines.filter((line) => line.level !== 'info')).toEqual([]);
    expect(JSON.stringify(lines)).not.toMatch(/secret words/);
  });

  test('takes a server that nobody runs quietly', async () => {
    expect(await check({ connection: { kind: 'compatible', baseURL: 'http://127.0.0.1:9/v1' } })).toEqual({});
    expect(lines).toHaveLength(1);
  });

  test('takes an identity without a token quietly', async () => {
    const credential = { getToken: () => Promise.reject(new Error('secret words')) };
    expect(await check({ connection: { kind: 'azure-identity', endpoint: stub.origin, credential } })).toEqual({});
    expect(JSON.stringify(lines)).not.toMatch(/secret words/);
  });

  test("falls back on the table's date where OpenAI gives none", async () => {
    stub.answer(failWith(500), model(null), model('2028-01-01'));
    const connection = { kind: 'openai', apiKey: 'key-1', baseURL: stub.baseURL } as const;
    expect((await check({ connection })).warning).toMatch(/14 January 2027/);
    expect((await check({ connection })).warning).toMatch(/14 January 2027/);
    expect(await check({ connection })).toEqual({});
  });

  test("does not take OpenAI's dates for Azure's", async () => {
    stub.answer(failWith(404));
    expect(
      await check({ connection: { kind: 'azure', endpoint: stub.origin, apiKey: 'key-2' }, model: 'ours', baseModel: 'gpt-4o' }),
    ).toEqual({});
    expect(stub.requests[0]?.path).toBe('/openai/v1/models/ours');
  });
});
