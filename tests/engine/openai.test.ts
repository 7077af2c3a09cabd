import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ChoiceDraft } from '../../shared/tasks/drafts.ts';
import { answerWith, answerWithEvents, answerWithText, choice, failWith, stallAfterAnswer } from '../fakes/model-stub.ts';
import { engineLimits } from '../../shared/engine/openai-limits.ts';
import { failureOf, input, setUpEngine, summariseCall, summary, unending, type EngineSetUp } from './set-up-engine.ts';

let setUp: EngineSetUp;
beforeEach(async () => {
  setUp = await setUpEngine();
});
afterEach(() => setUp.close());

/** Sets up again with other options; the first set-up is closed. */
async function withOptions(options: Parameters<typeof setUpEngine>[0]): Promise<void> {
  await setUp.close();
  setUp = await setUpEngine(options);
}

function bodyOf(index = 0): Record<string, unknown> {
  return setUp.stub.requests[index]?.body as Record<string, unknown>;
}

describe('a call of the model', () => {
  test('gives the answer by the schema, the model that answered, and what it cost', async () => {
    setUp.stub.answer(answerWith(summary));
    const answer = await setUp.engine.run(summariseCall(), unending);
    expect(answer.output).toEqual(summary);
    expect(answer.model).toBe('gpt-4o-2024-11-20');
    // 176 plain tokens at 2.50, 1,024 cached at 1.25 and 80 out at 10 dollars a million.
    expect(answer.usage).toEqual({
      inputTokens: 1_200,
      cachedInputTokens: 1_024,
      outputTokens: 80,
      cost: { amount: 0.00252, currency: 'USD' },
    });
  });

  test('asks with a strict schema, streaming, nothing stored, no tools', async () => {
    setUp.stub.answer(answerWith(summary));
    await setUp.engine.run(summariseCall(), unending);
    const { messages, response_format: format, ...rest } = bodyOf();
    expect(rest).toEqual({
      model: 'gpt-4o',
      stream: true,
      stream_options: { include_usage: true },
      store: false,
      temperature: 0,
      max_completion_tokens: 16_384,
    });
    expect(messages).toEqual([
      { role: 'system', content: expect.stringContaining('Summarise the passages.') },
      { role: 'user', content: expect.stringContaining('"id":"p1"') },
    ]);
    expect(format).toMatchObject({ type: 'json_schema', json_schema: { name: 'summarise_1_run', strict: true } });
    expectEveryKeyRequired((format as { json_schema: { schema: unknown } }).json_schema.schema);
  });

  test('asks for few tokens where few are needed', async () => {
    setUp.stub.answer(answerWith({ task: 'none', confidence: 'low' }));
    const choose = { name: 'choose-task', version: 'choose-task@1', prompt: 'Choose.' } as const;
    await setUp.engine.run({ task: choose, stage: 'choose', input, schema: ChoiceDraft }, unending);
    expect(bodyOf()['max_completion_tokens']).toBe(256);
  });

  test('sends a reasoning model no temperature, and no reasoning', async () => {
    await withOptions({ model: 'gpt-6-luna' });
    setUp.stub.answer(answerWith(summary));
    await setUp.engine.run(summariseCall(), unending);
    expect(bodyOf()).toMatchObject({ model: 'gpt-6-luna', reasoning_effort: 'none', max_completion_tokens: 16_384 });
    expect(bodyOf()).not.toHaveProperty('temperature');
  });

  test('works with a model that is not in the table, at a cost that nobody knows', async () => {
    await withOptions({ model: 'local-model' });
    setUp.stub.answer(answerWith(summary, { model: 'local-model' }));
    const answer = await setUp.engine.run(summariseCall(), unending);
    expect(answer.model).toBe('local-model');
    expect(answer.usage.cost).toBeNull();
    expect(bodyOf()).toMatchObject({ max_tokens: 4_096, temperature: 0 });
  });

  test('knows a deployment by its base model, and takes the prices a department pays', async () => {
    await withOptions({ model: 'our-deployment', baseModel: 'gpt-6-luna', prices: { input: 1, cachedInput: 0, output: 0 } });
    setUp.stub.answer(answerWith(summary, { usage: { prompt_tokens: 2_000_000, completion_tokens: 5 } }));
    const { usage } = await setUp.engine.run(summariseCall(), unending);
    expect(usage.cost).toEqual({ amount: 2, currency: 'USD' });
    expect(bodyOf()).toMatchObject({ model: 'our-deployment', reasoning_effort: 'none' });
  });

  test("reads Azure's stream, with its chunks about filters before, between and after", async () => {
    const severities = { hate: { filtered: false, severity: 'safe' } };
    setUp.stub.answer(
      answerWithEvents(
        { model: '', choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: severities }] },
        { model: 'gpt-4o-2024-11-20', choices: [choice({ role: 'assistant', content: '', refusal: null })], usage: null },
        { model: 'gpt-4o-2024-11-20', choices: [choice({ content: JSON.stringify(summary) })], usage: null },
        { model: '', choices: [{ index: 0, finish_reason: null, content_filter_results: severities, content_filter_offsets: {} }] },
        { model: 'gpt-4o-2024-11-20', choices: [choice({}, 'stop')], usage: null },
        { model: 'gpt-4o-2024-11-20', choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } },
        'data: [DONE]\n\n',
      ),
    );
    const answer = await setUp.engine.run(summariseCall(), unending);
    expect(answer).toMatchObject({ output: summary, model: 'gpt-4o-2024-11-20', usage: { inputTokens: 7, outputTokens: 3 } });
  });

  test('shows a name only where the server gives one that looks like a name', async () => {
    setUp.stub.answer(answerWith(summary, { model: 'Call 020 7946 0000 <now>' }));
    expect((await setUp.engine.run(summariseCall(), unending)).model).toBe('gpt-4o');
  });
});

describe('elements of an answer', () => {
  test.each([1, 7, 100_000])('are handed on as soon as each is whole, in chunks of %d characters', async (charactersAChunk) => {
    setUp.stub.answer(answerWith(summary, { charactersAChunk }));
    const seen: [string, unknown][] = [];
    const elements = ['$.headline', '$.points.*', '$.actions.*', '$.questions.*'];
    await setUp.engine.run(summariseCall({ elements, onElement: (path, value) => seen.push([path, value]) }), unending);
    expect(seen).toEqual([
      ['headline', summary.headline],
      ['points.0', summary.points[0]],
      ['points.1', summary.points[1]],
      ['actions.0', summary.actions[0]],
    ]);
  });

  test('that their reader refuses end the handing on, and the whole answer is judged by its schema', async () => {
    setUp.stub.answer(answerWith(summary));
    const seen: string[] = [];
    const onElement = (path: string): void => {
      seen.push(path);
      if (path === 'points.0') throw new Error('not a point');
    };
    const answer = await setUp.engine.run(summariseCall({ elements: ['$.headline', '$.points.*'], onElement }), unending);
    expect(seen).toEqual(['headline', 'points.0']);
    expect(answer.output).toEqual(summary);
    expect(setUp.lines.filter((line) => line.level === 'warn')).toHaveLength(1);
  });
});

describe('tokens', () => {
  test('are counted here where the server sends no usage, and the log says so', async () => {
    setUp.stub.answer(answerWith(summary, { usage: null }));
    const { usage } = await setUp.engine.run(summariseCall(), unending);
    expect(usage.inputTokens).toBeGreaterThan(500);
    expect(usage.outputTokens).toBeGreaterThan(100);
    expect(usage.cachedInputTokens).toBe(0);
    expect(setUp.lines.at(-1)?.fields).toMatchObject({ tokensCountedHere: true });
  });

  test('are not waited for when the server keeps the stream open after the answer', async () => {
    setUp.stub.answer(stallAfterAnswer(summary));
    const running = setUp.engine.run(summariseCall(), unending);
    await setUp.time.ring(engineLimits.afterFinishMilliseconds);
    expect((await running).output).toEqual(summary);
    expect(await setUp.stub.requests[0]?.ended).toBe('hung-up');
  });

  test('of an answer that was thrown away are paid for too', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    setUp.stub.answer(answerWithText('{"headline":', { usage }), answerWith(summary, { usage }));
    const answer = await setUp.engine.run(summariseCall(), unending);
    expect(answer.usage).toMatchObject({ inputTokens: 200, outputTokens: 20 });
  });

  test('of a call that was not taken are not paid for', async () => {
    setUp.stub.answer(failWith(503), answerWith(summary));
    expect((await setUp.engine.run(summariseCall(), unending)).usage.inputTokens).toBe(1_200);
  });

  test.each([{ prompt_tokens: -5, completion_tokens: 1 }, { prompt_tokens: 'many' }, []])(
    'that make no sense (%j) are counted here',
    async (usage) => {
      setUp.stub.answer(answerWith(summary, { usage }));
      const answer = await setUp.engine.run(summariseCall(), unending);
      expect(answer.usage.inputTokens).toBeGreaterThan(500);
    },
  );

  test('of sources too long for the model are refused before anything is sent', async () => {
    const passages = [{ id: 'p1', source: 0, text: 'The minister will reply by noon. '.repeat(20_000), locator: {}, role: 'own' as const }];
    const error = await failureOf(setUp.engine.run(summariseCall({ input: { ...input, passages } }), unending));
    expect(error.code).toBe('model-failed');
    expect(error.details).toMatchObject({ reason: 'context-length', limit: 128_000 - 16_384 });
    expect(setUp.stub.requests).toHaveLength(0);
  });
});

function expectEveryKeyRequired(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  if ('properties' in schema && typeof schema.properties === 'object' && schema.properties) {
    expect(schema).toMatchObject({ required: Object.keys(schema.properties), additionalProperties: false });
  }
  for (const child of Object.values(schema)) expectEveryKeyRequired(child);
}
