import { describe, expect, test } from '@jest/globals';
import type { OpenMail } from '../../addin/taskpane/mail-host.ts';
import { isFor, nextPaneState, resultTitle, type PaneChange, type PaneState } from '../../addin/taskpane/pane-state.ts';
import { partialOutput } from '../../addin/taskpane/partial-output.ts';
import { citation, draftResult, statement, summaryResult, taskResult } from '../browser/sample-results.ts';

function mail(key: string): OpenMail {
  return { key, subject: key, from: { address: 'a@example.gov.uk' }, to: [], cc: [], attachments: [] };
}

const order = { task: 'summarise' as const, includeAttachments: true };

function after(...changes: PaneChange[]): PaneState {
  return changes.reduce(nextPaneState, { mail: mail('one'), run: undefined });
}

const started: PaneChange = { type: 'run-started', run: { number: 1, mail: mail('one'), order } };

describe('the pane’s state', () => {
  test('a run keeps the message it was for when another one is opened', () => {
    const state = after(
      started,
      { type: 'mail-opened', mail: mail('two') },
      { type: 'run-event', number: 1, event: { type: 'result', result: summaryResult } },
    );
    expect(state.run?.mail.key).toBe('one');
    expect(state.run?.result).toBe(summaryResult);
    expect(state.run && isFor(state.run, state.mail)).toBe(false);
    expect(state.run && isFor(state.run, mail('one'))).toBe(true);
    expect(state.run && isFor(state.run, undefined)).toBe(false);
  });

  test('what an earlier run still sends changes nothing', () => {
    const state = after(
      started,
      { type: 'run-started', run: { number: 2, mail: mail('two'), order } },
      { type: 'run-event', number: 1, event: { type: 'result', result: summaryResult } },
    );
    expect(state.run).toMatchObject({ number: 2, status: 'working' });
    expect(state.run?.result).toBeUndefined();
  });

  test('a cancelled run takes no result any more', () => {
    const state = after(
      started,
      { type: 'run-cancelled', number: 1 },
      { type: 'run-event', number: 1, event: { type: 'result', result: summaryResult } },
    );
    expect(state.run?.status).toBe('cancelled');
    expect(state.run?.result).toBeUndefined();
  });

  test.each([
    ['marking-refused', false],
    ['encrypted', false],
    ['empty-source', false],
    ['model-unavailable', true],
    ['rate-limited', true],
    ['internal-error', true],
  ] as const)('after %s, trying again is offered: %s', (code, canRetry) => {
    const state = after(started, { type: 'run-event', number: 1, event: { type: 'error', error: { code, message: 'Why.' } } });
    expect(state.run?.failure).toEqual({ message: 'Why.', canRetry });
  });

  test('parts gather with their citations, each citation once', () => {
    const part = (path: string, id: number): PaneChange => ({
      type: 'run-event',
      number: 1,
      event: { type: 'part', path, value: statement(path, [id]), citations: [citation(1, 'q'), citation(id, 'q')] },
    });
    const state = after(started, part('points.0', 1), part('points.1', 2));
    expect(state.run?.citations.map((one) => one.id)).toEqual([1, 2]);
    expect(partialOutput('summarise', state.run?.parts ?? [])).toMatchObject({
      kind: 'summary',
      points: [{ text: 'points.0' }, { text: 'points.1' }],
    });
  });

  test('a part that the pane does not know is left out', () => {
    expect(
      partialOutput('extract-actions', [
        { path: 'kind', value: 'draft' },
        { path: 'surprise.0', value: 1 },
      ]),
    ).toEqual({ kind: 'actions', actions: [] });
  });

  test('a changed draft never carries a lower marking than the draft before', () => {
    const sensitive = {
      ...draftResult,
      marking: { ...draftResult.marking, sensitive: true, text: 'OFFICIAL-SENSITIVE' },
      allows: { ...draftResult.allows, post: false },
    };
    const changed = taskResult({ kind: 'draft', body: 'b', paragraphs: [], answers: [] }, { task: 'redraft' });
    const state = after(
      { type: 'run-started', run: { number: 1, mail: mail('one'), order, redraft: { change: 'shorter', previous: sensitive } } },
      { type: 'run-event', number: 1, event: { type: 'result', result: changed } },
    );
    expect(state.run?.result?.marking.text).toBe('OFFICIAL-SENSITIVE');
    expect(state.run?.result?.allows.post).toBe(false);
  });
});

test('the offline engine’s result is called key sentences, a model’s a summary', () => {
  const offline = { ...summaryResult, engine: { ...summaryResult.engine, name: 'offline' as const } };
  const model = { ...summaryResult, engine: { ...summaryResult.engine, name: 'openai' as const } };
  expect(resultTitle({ order, result: offline })).toBe('Key sentences');
  expect(resultTitle({ order, result: model })).toBe('Summary');
  expect(resultTitle({ order })).toBe('Summary');
});
