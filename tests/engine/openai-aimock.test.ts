import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LLMock } from '@copilotkit/aimock';
import { failureOf, setUpEngine, summariseCall, summary, unending, type EngineSetUp } from './set-up-engine.ts';

/** A compatible server that none of us wrote: what we take for the protocol is what others take for it too. */
const server = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
let setUp: EngineSetUp;
beforeEach(async () => {
  const origin = await server.start();
  setUp = await setUpEngine({ connection: { kind: 'compatible', baseURL: `${origin}/v1`, apiKey: 'key-1' } });
});
afterEach(async () => {
  await setUp.close();
  await server.stop();
  server.clearFixtures();
});

describe('against aimock', () => {
  test('a strict schema is answered in a stream, element by element', async () => {
    server.on({ userMessage: /"id":"p1"/, responseFormat: 'json_schema' }, { content: JSON.stringify(summary) }, { chunkSize: 9 });
    const seen: string[] = [];
    const call = summariseCall({ elements: ['$.headline', '$.points.*'], onElement: (path) => seen.push(path) });
    const answer = await setUp.engine.run(call, unending);
    expect(answer.output).toEqual(summary);
    expect(seen).toEqual(['headline', 'points.0', 'points.1']);
    expect(answer.usage.outputTokens).toBeGreaterThan(0);
    expect(server.getLastRequest()?.body).toMatchObject({ stream: true, store: false, response_format: { json_schema: { strict: true } } });
  });

  test('an error of the server is read', async () => {
    server.nextRequestError(429, { message: 'secret words', type: 'insufficient_quota', code: 'insufficient_quota' });
    expect((await failureOf(setUp.engine.run(summariseCall(), unending))).details).toMatchObject({ reason: 'quota-used-up' });
  });

  test('a stream that it cuts is asked for again', async () => {
    const match = { responseFormat: 'json_schema' };
    server.on({ ...match, sequenceIndex: 0 }, { content: JSON.stringify(summary) }, { truncateAfterChunks: 2 });
    server.on({ ...match, sequenceIndex: 1 }, { content: JSON.stringify(summary) });
    expect((await setUp.engine.run(summariseCall(), unending)).output).toEqual(summary);
    expect(setUp.lines[0]?.fields).toMatchObject({ reason: expect.stringMatching(/^(cut|unreachable)$/) });
  });
});
