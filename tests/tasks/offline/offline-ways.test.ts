import { describe, expect, test } from '@jest/globals';
import type { TaskName } from '../../../shared/contract/task-request.ts';
import { ActionsDraft, AnswerDraft, type DraftStatement, RedraftDraft, ReplyDraft, SummaryDraft } from '../../../shared/tasks/drafts.ts';
import { taskNamed } from '../../../shared/tasks/task-list.ts';
import { inputOf, minuteMailInput, oddInputs } from './offline-input.ts';

const schemas = {
  summarise: SummaryDraft,
  'extract-actions': ActionsDraft,
  'draft-reply': ReplyDraft,
  answer: AnswerDraft,
  redraft: RedraftDraft,
};
const tasks = Object.keys(schemas) as TaskName[];
const question = 'When are the revised lines to take due?';

/** Every piece of evidence in a draft, wherever it stands. */
function evidenceIn(value: unknown): DraftStatement['evidence'] {
  if (Array.isArray(value)) return value.flatMap(evidenceIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === 'evidence' ? (part as DraftStatement['evidence']) : evidenceIn(part)));
}

describe.each(tasks)('offline %s', (task) => {
  const run = (input: ReturnType<typeof inputOf>): unknown =>
    taskNamed(task).offline({ ...input, instruction: task === 'answer' ? question : input.instruction });

  test('gives its draft, the same every time', () => {
    const draft = run(minuteMailInput());
    expect(schemas[task].parse(draft)).toEqual(draft);
    expect(run(minuteMailInput())).toEqual(draft);
  });

  test('quotes its passages character for character', () => {
    const input = minuteMailInput();
    const evidence = evidenceIn(run(input));
    expect(evidence.length).toBeGreaterThan(0);
    for (const { passage, quote } of evidence) expect(input.passages.find(({ id }) => id === passage)?.text).toContain(quote);
  });

  test.each(Object.keys(oddInputs))('stands odd input: %s', (name) => {
    const input = inputOf(oddInputs[name] ?? []);
    const draft = run(input);
    expect(schemas[task].parse(draft)).toEqual(draft);
    for (const { passage, quote } of evidenceIn(draft)) expect(input.passages.find(({ id }) => id === passage)?.text).toContain(quote);
  });

  test('changes nothing of its input', () => {
    const input = minuteMailInput();
    const before = JSON.stringify(input);
    run(input);
    expect(JSON.stringify(input)).toBe(before);
  });
});
