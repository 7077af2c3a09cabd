import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HumphreyError } from '../../shared/errors.ts';
import { engineLimits } from '../../shared/engine/openai-limits.ts';
import { SummaryDraft } from '../../shared/tasks/drafts.ts';
import type { EngineAnswer } from '../../shared/ports.ts';
import {
  answerWith,
  answerWithEvents,
  answerWithJSON,
  answerWithPage,
  answerWithText,
  callTool,
  choice,
  cutAfter,
  drip,
  endlessLine,
  failWith,
  hangUpAfter,
  refuse,
  stallAfter,
  type StubReply,
} from '../fakes/model-stub.ts';
import { failureOf, setUpEngine, summariseCall, summary, unending, type EngineSetUp } from './set-up-engine.ts';

let setUp: EngineSetUp;
beforeEach(async () => {
  setUp = await setUpEngine();
});
afterEach(() => setUp.close());

function run(): Promise<EngineAnswer<SummaryDraft>> {
  return setUp.engine.run(summariseCall(), unending);
}

const whole = JSON.stringify(summary);
const azureFilter = { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: {} } };

describe('an unusable answer is asked for once more, then the call fails', () => {
  const cases: [string, string, StubReply][] = [
    ['a stream that ends silently', 'cut', cutAfter(whole.slice(0, 90))],
    ['a whole answer without its finish', 'cut', cutAfter(whole)],
    ['a connection destroyed in the middle', 'cut', hangUpAfter(whole.slice(0, 90))],
    ['a page with 200', 'not-a-stream', answerWithPage()],
    ['JSON with 200 instead of a stream', 'not-a-stream', answerWithJSON({ choices: [] })],
    ['empty choices', 'empty-answer', answerWithEvents({ choices: [] }, 'data: [DONE]\n\n')],
    ['an empty stream', 'empty-answer', answerWithEvents()],
    ['an answer of nothing', 'empty-answer', answerWithText('')],
    ['truncated JSON', 'wrong-form', answerWithText(whole.slice(0, 90))],
    ['prose', 'wrong-form', answerWithText('Here is your summary!')],
    ['a missing key', 'wrong-form', answerWith({ ...summary, points: undefined })],
    ['a wrong type', 'wrong-form', answerWith({ ...summary, points: 'none' })],
    ['JSON nested without end', 'wrong-form', answerWithText('['.repeat(100_000), { charactersAChunk: 5_000 })],
    ['an unknown finish', 'wrong-form', answerWith(summary, { finishReason: 'weary' })],
    [
      'an error inside the stream',
      'stream-error',
      answerWithEvents({ choices: [] }, { error: { message: 'secret words', code: 'server_error' } }),
    ],
    ['an event that is no JSON', 'stream-error', answerWithEvents('data: {"choices": secret words\n\n')],
    ['an event that is no chunk', 'stream-error', answerWithEvents({ choices: 'many' })],
    ['an event that is null', 'stream-error', answerWithEvents('data: null\n\n')],
    ['a call of a tool', 'tool-calls', callTool()],
    [
      'a call of a tool beside an answer',
      'tool-calls',
      answerWithEvents({ choices: [choice({ tool_calls: [{}], content: whole }, 'stop')] }),
    ],
  ];

  test.each(cases)('%s', async (_name, reason, reply) => {
    setUp.stub.answer(reply, reply);
    const error = await failureOf(run());
    expect(error.code).toBe('model-failed');
    expect(error.details).toMatchObject({ reason });
    expect(setUp.stub.requests).toHaveLength(2);
  });

  test.each(cases)('%s, and a good answer the second time', async (_name, _reason, reply) => {
    setUp.stub.answer(reply, answerWith(summary));
    expect((await run()).output).toEqual(summary);
  });
});

describe('what would end the same again is not repeated', () => {
  const cases: [string, string, string, StubReply][] = [
    ['a refusal', 'model-failed', 'refusal', refuse()],
    ['an answer cut off at the limit', 'model-failed', 'length', answerWithText(whole.slice(0, 90), { finishReason: 'length' })],
    ['a filter on the answer', 'model-failed', 'content-filter', answerWithText('{"head', { finishReason: 'content_filter' })],
    ["Azure's filter on the prompt", 'model-failed', 'content-filter', failWith(400, azureFilter)],
    ["a filter's error inside the stream", 'model-failed', 'content-filter', answerWithEvents({ error: { code: 'content_filter' } })],
    ['more text than any answer has', 'model-failed', 'output-too-long', answerWithText('x'.repeat(200_001), { charactersAChunk: 9_000 })],
    ['a line without end', 'model-failed', 'output-too-long', endlessLine()],
    ['a prompt too long for the model', 'model-failed', 'context-length', failWith(400, { code: 'context_length_exceeded' })],
    [
      'a parameter the model does not know',
      'model-failed',
      'bad-request',
      failWith(400, { code: 'unsupported_parameter', param: 'temperature' }),
    ],
    ['a refused key', 'model-unavailable', 'key-refused', failWith(401, { code: 'invalid_api_key' })],
    ['a forbidden model', 'model-unavailable', 'key-refused', failWith(403)],
    ['an unknown model', 'model-unavailable', 'model-not-found', failWith(404, { code: 'model_not_found' })],
    [
      'a quota that is used up',
      'model-unavailable',
      'quota-used-up',
      failWith(429, { code: 'insufficient_quota' }, { 'retry-after': '1' }),
    ],
    ['a quota used up, by type alone', 'model-unavailable', 'quota-used-up', failWith(429, { type: 'insufficient_quota' })],
    [
      'a quota used up, inside the stream',
      'model-unavailable',
      'quota-used-up',
      answerWithEvents({ error: { code: 'insufficient_quota' } }),
    ],
    ['an error the server calls final', 'model-unavailable', 'server-error', failWith(500, {}, { 'x-should-retry': 'false' })],
  ];

  test.each(cases)('%s', async (_name, code, reason, reply) => {
    setUp.stub.answer(reply);
    const error = await failureOf(run());
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({ reason });
    expect(setUp.stub.requests).toHaveLength(1);
    expect(setUp.time.waits).toEqual([]);
  });

  test('and each says what to do, in its own words', async () => {
    setUp.stub.answer(...cases.map(([, , , reply]) => reply));
    const sentences = new Map<unknown, string>();
    for (const _ of cases) {
      const error = await failureOf(run());
      expect(error.message).not.toMatch(/secret words/);
      expect(String(error.cause)).not.toMatch(/secret words/);
      sentences.set(error.details?.['reason'], error.message);
    }
    expect(new Set(sentences.values()).size).toBe(sentences.size);
    expect(sentences.get('key-refused')).toMatch(/Tell your Humphrey team/);
    expect(sentences.get('model-not-found')).toMatch(/OPENAI_MODEL/);
    expect(sentences.get('quota-used-up')).toMatch(/used up its quota\. Tell your Humphrey team/);
    expect(sentences.get('length')).toMatch(/shorter answer/);
  });

  test('the parameter the model does not know is named', async () => {
    setUp.stub.answer(failWith(400, { code: 'unsupported_parameter', param: 'temperature' }));
    expect((await failureOf(run())).details).toEqual({
      reason: 'bad-request',
      status: 400,
      code: 'unsupported_parameter',
      parameter: 'temperature',
    });
  });
});

describe('a silent or slow server', () => {
  test.each([
    ['that never answers', '', engineLimits.firstChunkMilliseconds],
    ['that stops in the middle', whole.slice(0, 90), engineLimits.idleMilliseconds],
  ])('%s is given up after its time, asked once more, and its connection closed', async (_name, text, silence) => {
    setUp.stub.answer(stallAfter(text), stallAfter(text));
    const running = failureOf(run());
    await setUp.stub.silence();
    await setUp.time.ring(silence);
    await setUp.stub.silence(2);
    await setUp.time.ring(silence);
    const error = await running;
    expect(error.code).toBe('model-failed');
    expect(error.details).toMatchObject({ reason: 'stalled' });
    expect(await Promise.all(setUp.stub.requests.map((request) => request.ended))).toEqual(['hung-up', 'hung-up']);
  });

  test('that drips for ever is given up when the total time is over, and not asked again', async () => {
    setUp.stub.answer(drip());
    const running = failureOf(run());
    await setUp.stub.silence();
    await setUp.time.ring(engineLimits.totalMilliseconds);
    const error = await running;
    expect(error.details).toMatchObject({ reason: 'too-slow' });
    expect(await setUp.stub.requests[0]?.ended).toBe('hung-up');
    expect(setUp.stub.requests).toHaveLength(1);
  });

  test('is heard with every chunk: a long answer that keeps coming is not given up', async () => {
    setUp.stub.answer(answerWith(summary, { charactersAChunk: 4 }));
    await run();
    expect(setUp.time.restarts.length).toBeGreaterThan(100);
    expect(new Set(setUp.time.restarts)).toEqual(new Set([engineLimits.idleMilliseconds]));
  });

  test('that sends a page without end is hung up on', async () => {
    const page: StubReply = ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<p>Loading');
    setUp.stub.answer(page, page);
    expect((await failureOf(run())).details).toMatchObject({ reason: 'not-a-stream' });
    expect(await setUp.stub.requests[1]?.ended).toBe('hung-up');
  });

  test('is given up in real time too', async () => {
    await setUp.close();
    const { systemTime } = await import('../../shared/engine/openai-time.ts');
    setUp = await setUpEngine({ time: systemTime, limits: { ...engineLimits, idleMilliseconds: 40, badAnswers: 1 } });
    setUp.stub.answer(stallAfter('{"head'));
    expect((await failureOf(run())).details).toMatchObject({ reason: 'stalled' });
  });
});

describe('a stream of anything', () => {
  const delta = fc.record(
    {
      content: fc.oneof(fc.string(), fc.constant(whole), fc.jsonValue()),
      refusal: fc.jsonValue(),
      tool_calls: fc.jsonValue(),
      function_call: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const chunk = fc.record(
    {
      choices: fc.oneof(
        fc.array(fc.record({ index: fc.nat(1), delta, finish_reason: fc.constantFrom(null, 'stop', 'length') }, { requiredKeys: [] })),
        fc.jsonValue(),
      ),
      usage: fc.jsonValue(),
      model: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    chunk,
    fc.jsonValue().map((value) => `data: ${JSON.stringify(value)}\n\n`),
    fc.string({ unit: 'binary' }),
  );

  test('ends in an answer by the schema or in an error that names its reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line as fc.Arbitrary<object | string>, { maxLength: 6 }), async (events) => {
        setUp.stub.always(answerWithEvents(...events));
        const outcome = await run().then(
          ({ output }) => output,
          (error: unknown) => error,
        );
        if (outcome instanceof HumphreyError) expect(outcome.details).toHaveProperty('reason');
        else expect(SummaryDraft.safeParse(outcome).success).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe('elements that were handed on', () => {
  const begun = `${JSON.stringify({ headline: summary.headline }).slice(0, -1)},"points":[${JSON.stringify(summary.points[0])},`;

  test('come while the answer is still on its way, and do not make a failed call succeed', async () => {
    const seen: string[] = [];
    const both = Promise.withResolvers<undefined>();
    const onElement = (path: string): void => {
      seen.push(path);
      if (seen.length === 2) both.resolve(undefined);
    };
    setUp.stub.answer(stallAfter(begun), answerWithEvents({ error: { code: 'server_error' } }));
    const running = failureOf(setUp.engine.run(summariseCall({ elements: ['$.headline', '$.points.*'], onElement }), unending));
    await both.promise;
    await setUp.time.ring(engineLimits.idleMilliseconds);
    expect((await running).details).toMatchObject({ reason: 'stream-error' });
    expect(seen).toEqual(['headline', 'points.0']);
  });

  test('come only once when the answer is asked for again', async () => {
    const seen: string[] = [];
    setUp.stub.answer(cutAfter(begun), answerWith(summary));
    const call = summariseCall({ elements: ['$.headline', '$.points.*'], onElement: (path) => seen.push(path) });
    expect((await setUp.engine.run(call, unending)).output).toEqual(summary);
    expect(seen).toEqual(['headline', 'points.0']);
  });
});
