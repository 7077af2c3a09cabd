import { describe, expect, test } from '@jest/globals';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import type { TaskResult } from '../../shared/contract/task-result.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports.ts';
import { handleTask } from '../../shared/tasks/handle-task.ts';
import { createFakeEngine, fakeUsage } from '../fakes/fake-engine.ts';
import { asker, createFakePorts, otherAsker } from '../fakes/fake-ports.ts';

const text =
  'The Minister asked for the 2025-26 total.\n\nSam, can you send the figures by Tuesday noon?\n\nFinance said the total is £41.2 million.';
const request: TaskRequest = { task: 'summarise', sources: [{ kind: 'text', text, name: 'Figures' }] };
const good = (passage: string, quote: string, words: string): { text: string; evidence: { passage: string; quote: string }[] } => ({
  text: words,
  evidence: [{ passage, quote }],
});
const empty = {
  headline: good('p1', 'The Minister asked for the 2025-26 total', 'The Minister wants the total.'),
  points: [],
  actions: [],
  dates: [],
  questions: [],
};

async function run(ports: Ports, given: TaskRequest = request, signal = new AbortController().signal): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  for await (const event of handleTask(given, asker, ports, signal)) events.push(event);
  return events;
}

function resultOf(events: TaskEvent[]): TaskResult {
  const last = events.at(-1);
  if (last?.type !== 'result') throw new Error(`no result but ${JSON.stringify(last)}`);
  return last.result;
}

describe('a summary', () => {
  test('comes with checked statements, citations, usage and the engine’s name, and is kept for its owner alone', async () => {
    const engine = createFakeEngine([
      () => ({
        ...empty,
        points: [good('p3', 'the total is £41.2 million', 'The total is £41.2 million.')],
        actions: [
          { ...good('p2', 'can you send the figures by Tuesday noon', 'Send the figures'), who: 'Sam', due: 'Tuesday noon', sure: true },
        ],
      }),
    ]);
    const ports = createFakePorts(engine);
    const result = resultOf(await run(ports));
    expect(result).toMatchObject({
      id: 'id-1',
      task: 'summarise',
      engine: { name: 'openai', model: 'fake-model', promptVersion: 'summarise@1' },
      marking: { text: 'OFFICIAL' },
      notices: [],
      usage: fakeUsage,
      output: {
        points: [{ support: 'verified', citations: [2] }],
        actions: [{ who: 'Sam', due: 'Tuesday noon', sure: true, yours: true, support: 'verified' }],
      },
    });
    expect(result.citations.map((citation) => [citation.id, citation.passage, citation.quote])).toContainEqual([
      2,
      'p3',
      'the total is £41.2 million',
    ]);
    await expect(ports.results.get('id-1', asker)).resolves.toEqual(result);
    await expect(ports.results.get('id-1', otherAsker)).resolves.toBeUndefined();
  });

  test('sends finished elements as parts while the engine still works; an unsupported one waits for the end', async () => {
    const engine = createFakeEngine([
      (call) => {
        call.onElement?.('headline', empty.headline);
        call.onElement?.('points.0', good('p3', 'the total is £41.2 million', 'The total is £41.2 million.'));
        call.onElement?.('points.1', good('p3', 'the total is £99 million', 'The total is £99 million.'));
        call.onElement?.('points.2', { nonsense: true });
        call.onElement?.('elsewhere', 1);
        return { ...empty, points: [good('p3', 'the total is £41.2 million', 'The total is £41.2 million.')] };
      },
    ]);
    const events = await run(createFakePorts(engine));
    expect(events.filter((event) => event.type === 'part').map((event) => event.path)).toEqual(['headline', 'points.0']);
    expect(events.map((event) => event.type)).toEqual([
      'accepted',
      'progress',
      'progress',
      'progress',
      'part',
      'part',
      'progress',
      'result',
    ]);
  });
});

describe('an answer with unsupported statements', () => {
  const bad = { ...empty, points: [good('p3', 'the total is £99 million', 'The total is £99 million.')] };

  test('is sent back once, with what is wrong, and the repaired one is taken', async () => {
    const engine = createFakeEngine([
      () => bad,
      () => ({ ...empty, points: [good('p3', 'the total is £41.2 million', 'The total is £41.2 million.')] }),
    ]);
    const result = resultOf(await run(createFakePorts(engine)));
    expect(engine.calls.map((call) => call.stage)).toEqual(['run', 'repair']);
    expect(engine.calls[1]?.repair?.problems[0]).toContain('The total is £99 million.');
    expect(result.output).toMatchObject({ points: [{ support: 'verified' }] });
    expect(result.notices.map((notice) => notice.code)).toEqual(['model-repaired']);
    expect(result.usage.inputTokens).toBe(2 * fakeUsage.inputTokens);
  });

  test('that is no better after the repair stays labelled, and a notice counts it', async () => {
    const result = resultOf(await run(createFakePorts(createFakeEngine([() => bad, () => bad]))));
    expect(result.output).toMatchObject({ points: [{ support: 'unsupported', citations: [] }] });
    expect(result.notices).toEqual([
      expect.objectContaining({ code: 'unsupported-statement', message: expect.stringContaining('1 statement is not supported') }),
    ]);
  });

  test('is still an answer when the repair call fails', async () => {
    const engine = createFakeEngine([
      () => bad,
      () => {
        throw new HumphreyError('model-failed', 'no');
      },
    ]);
    expect(resultOf(await run(createFakePorts(engine))).output).toMatchObject({ points: [{ support: 'unsupported' }] });
  });
});

describe('material longer than one call', () => {
  test('is read in parts that name the passages that matter; citations point into the original', async () => {
    const paragraphs = Array.from(
      { length: 40 },
      (_, index) => `Paragraph number ${index} says that the grant is paid in month ${index}. ${'More words follow here. '.repeat(10)}`,
    );
    const steps = Array.from({ length: 90 }, () => (call: { stage: string; input: { passages: { id: string }[] } }): unknown => {
      const ids = call.input.passages.map((passage) => passage.id);
      return call.stage === 'map'
        ? { passages: [ids[0], 'p999'] }
        : { ...empty, headline: good(ids[0] ?? '', 'says that the grant is paid', 'The grant is paid.') };
    });
    const engine = createFakeEngine(steps, 1500);
    const events = await run(createFakePorts(engine), { task: 'summarise', sources: [{ kind: 'text', text: paragraphs.join('\n\n') }] });
    const stages = engine.calls.map((call) => call.stage);
    expect(new Set(stages.slice(0, -1))).toEqual(new Set(['map']));
    expect(stages.at(-1)).toBe('merge');
    for (const call of engine.calls)
      expect(call.input.passages.reduce((sum, passage) => sum + passage.text.length, 0)).toBeLessThan(1500 * 3.5);
    expect(resultOf(events).output).toMatchObject({ headline: { support: 'verified' } });
    expect(events).toContainEqual({ type: 'progress', progress: { step: 'thinking', done: 1, total: expect.any(Number) } });
  });
});

describe('the marking gates', () => {
  test.each<[string, TaskRequest]>([
    ['a subject', { task: 'summarise', sources: [{ kind: 'email', subject: 'SECRET: plan', from: {}, text: 'hello' }] }],
    [
      'an attachment’s name',
      {
        task: 'summarise',
        sources: [{ kind: 'email', subject: 'plan', from: {}, text: 'hello', attachments: [{ name: 'SECRET_plan.docx', base64: '' }] }],
      },
    ],
    [
      'a sensitivity label in the headers',
      {
        task: 'summarise',
        sources: [
          {
            kind: 'email',
            subject: 'plan',
            from: {},
            text: 'hello',
            headers:
              'msip_labels: MSIP_Label_aaaaaaaa-1111-1111-1111-111111111111_Enabled=True;\r\n MSIP_Label_aaaaaaaa-1111-1111-1111-111111111111_Name=SECRET',
          },
        ],
      },
    ],
    ['a line of the text', { task: 'summarise', sources: [{ kind: 'text', text: 'TOP SECRET\n\nthe plan' }] }],
    ['the instruction', { instruction: 'SECRET\nsummarise the plan', sources: [] }],
  ])('refuse SECRET in %s before any reader or engine', async (_, given) => {
    const reader = { readDocument: unexpected, readEmail: unexpected, readThread: unexpected };
    const events = await run(createFakePorts(createFakeEngine([]), reader), given);
    expect(events).toEqual([
      { type: 'accepted', id: 'id-1' },
      {
        type: 'error',
        error: expect.objectContaining({ code: 'marking-refused', message: expect.stringContaining('nothing of it was kept') }),
      },
    ]);
  });

  test('refuse SECRET that only the extracted or hidden text shows, before any engine', async () => {
    const hidden = {
      kind: 'document',
      name: 'a.docx',
      passages: [{ text: 'hello', locator: {}, role: 'own' as const }],
      notices: [],
      hiddenText: ['SECRET'],
    };
    const reader = { readDocument: () => Promise.resolve(hidden), readEmail: unexpected, readThread: unexpected };
    const events = await run(createFakePorts(createFakeEngine([]), reader), request);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'marking-refused' } });
  });

  test('carry OFFICIAL-SENSITIVE into the result and bind what may be done with it', async () => {
    const given: TaskRequest = {
      task: 'summarise',
      sources: [{ kind: 'email', subject: 'OFFICIAL-SENSITIVE RECIPIENTS ONLY: figures', from: {}, text }],
    };
    const result = resultOf(await run(createFakePorts(createFakeEngine([() => empty])), given));
    expect(result.marking).toMatchObject({ sensitive: true, text: 'OFFICIAL-SENSITIVE - RECIPIENTS ONLY' });
    expect(result.allows).toEqual({ reply: true, addRecipients: false, post: false, export: true });
  });
});

test('a label that is switched off is none, and one below the subject does not lower it', async () => {
  const label = 'MSIP_Label_aaaaaaaa-1111-1111-1111-111111111111';
  const email = (headers: string): TaskRequest => ({
    task: 'summarise',
    sources: [{ kind: 'email', subject: 'OFFICIAL-SENSITIVE: plan', from: {}, text, headers }],
  });
  for (const headers of [`${label}_Enabled=False; ${label}_Name=SECRET`, `${label}_Enabled=True; ${label}_Name=OFFICIAL`]) {
    expect(resultOf(await run(createFakePorts(createFakeEngine([() => empty])), email(headers))).marking.text).toBe('OFFICIAL-SENSITIVE');
  }
});

test('a change to a sensitive result is as sensitive', async () => {
  const engine = createFakeEngine([
    () => empty,
    () => ({ paragraphs: [good('p1', 'The Minister wants the total.', 'The Minister wants it.')] }),
  ]);
  const ports = createFakePorts(engine);
  const first = resultOf(
    await run(ports, { task: 'summarise', sources: [{ kind: 'email', subject: 'OFFICIAL-SENSITIVE COMMERCIAL: bid', from: {}, text }] }),
  );
  const second = resultOf(await run(ports, { instruction: 'shorter', previous: first.id, sources: [] }));
  expect(second.marking).toEqual(first.marking);
});

test('an attachment that a surface names but leaves out is a notice', async () => {
  const given: TaskRequest = {
    task: 'summarise',
    sources: [{ kind: 'email', subject: 'plan', from: {}, text, attachments: [{ name: 'annex.docx' }] }],
  };
  expect(resultOf(await run(createFakePorts(createFakeEngine([() => empty])), given)).notices).toEqual([
    { code: 'attachment-skipped', message: 'annex.docx was left out.' },
  ]);
});

describe('what is asked for', () => {
  test('with no material at all is told what to send', async () => {
    expect((await run(createFakePorts(createFakeEngine([])), { task: 'summarise', sources: [] })).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'empty-source' },
    });
  });

  test('with a long instruction alone takes the instruction as its material', async () => {
    const given: TaskRequest = {
      instruction: `Summarise this: ${text.replaceAll('\n\n', ' ')} ${'And there is more to say about it. '.repeat(8)}`,
      sources: [],
    };
    const result = resultOf(
      await run(
        createFakePorts(
          createFakeEngine([
            () => ({ ...empty, headline: good('p1', 'The Minister asked for the 2025-26 total', 'The Minister wants the total.') }),
          ]),
        ),
        given,
      ),
    );
    expect(result.sources).toEqual([{ kind: 'text', name: 'Your message' }]);
  });

  test('as a change to an earlier result works on that result’s words, for its owner only', async () => {
    const engine = createFakeEngine([
      () => empty,
      () => ({ paragraphs: [good('p1', 'The Minister wants the total.', 'The Minister wants it.')] }),
    ]);
    const ports = createFakePorts(engine);
    const first = resultOf(await run(ports));
    const second = resultOf(await run(ports, { instruction: 'make it shorter', previous: first.id, sources: [] }));
    expect(second).toMatchObject({ task: 'redraft', output: { kind: 'draft', body: 'The Minister wants it.' } });
    const events: TaskEvent[] = [];
    for await (const event of handleTask(
      { instruction: 'make it shorter', previous: first.id, sources: [] },
      otherAsker,
      ports,
      new AbortController().signal,
    ))
      events.push(event);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'not-found' } });
  });
});

test('a cancelled task ends in the error "cancelled", whatever the engine throws', async () => {
  const cancel = new AbortController();
  const engine = createFakeEngine([
    () => {
      cancel.abort();
      throw new Error('socket closed');
    },
  ]);
  expect((await run(createFakePorts(engine), request, cancel.signal)).at(-1)).toMatchObject({
    type: 'error',
    error: { code: 'cancelled' },
  });
});

test('a fault that nobody expected becomes internal-error, and no content reaches the log', async () => {
  const engine = createFakeEngine([
    () => {
      throw new TypeError(`cannot read ${text}`);
    },
  ]);
  const ports = createFakePorts(engine);
  expect((await run(ports)).at(-1)).toMatchObject({ type: 'error', error: { code: 'internal-error' } });
  expect(ports.log.lines).toHaveLength(1);
  expect(JSON.stringify(ports.log.lines)).not.toMatch(/Minister|cannot read/u);
});

function unexpected(): never {
  throw new Error('the reader must not be reached');
}
