import { describe, expect, test } from '@jest/globals';
import { HumphreyError } from '../../shared/errors.ts';
import type { Engine, EngineAnswer, EngineCall } from '../../shared/ports.ts';
import { chooseByRules, chooseTask, optionsFromWords } from '../../shared/tasks/choose-task.ts';

const input = (instruction: string): { instruction: string; hasSources: boolean; hasPrevious: boolean; today: string } => ({
  instruction,
  hasSources: true,
  hasPrevious: false,
  today: '2026-11-23',
});

test.each([
  ['summarise this for me please', 'summarise'],
  ['Can you give me a summary of the thread?', 'summarise'],
  ['TL;DR', 'summarise'],
  ['What are the main points?', 'summarise'],
  ['summarise and list the actions', 'summarise'],
  ['What have I missed?', 'summarise'],
  ['', 'summarise'],
  ['list the actions', 'extract-actions'],
  ["Don't summarise, just list the action points", 'extract-actions'],
  ['What do I need to do?', 'extract-actions'],
  ['Draft a holding reply', 'draft-reply'],
  ['Please write an email back saying we can come', 'draft-reply'],
  ['How should I respond?', 'draft-reply'],
  ['reply that Thursday works', 'draft-reply'],
  ['make it shorter', 'redraft'],
  ['Can you make the reply warmer?', 'redraft'],
  ['shorter please', 'redraft'],
  ['Rewrite this in plain English', 'redraft'],
  ['Fix the grammar', 'redraft'],
  ['Who leads on the grant?', 'answer'],
  ['Does it say when the consultation closes', 'answer'],
  ['Answer the following question: when is the deadline', 'answer'],
  ['the closing date?', 'answer'],
  ['Based on the annex, list the responsible bodies', 'answer'],
  ['What is the deadline', 'answer'],
])('"%s" is %s by rule', (instruction, task) => {
  expect(chooseByRules(input(instruction))).toBe(task);
});

test.each(['banana', 'thanks', 'flood grants'])('"%s" is left to the model or the person', (instruction) => {
  expect(chooseByRules(input(instruction))).toBeUndefined();
});

/** Answers one choose call; fails loudly on anything else. */
function choosing(answer: { task: string; confidence: string }): { engine: Engine; calls: EngineCall<unknown>[] } {
  const calls: EngineCall<unknown>[] = [];
  const run = <Output>(call: EngineCall<Output>): Promise<EngineAnswer<Output>> => {
    if (call.stage !== 'choose') throw new Error(`unexpected stage ${call.stage}`);
    calls.push(call);
    return Promise.resolve({
      output: call.schema.parse(answer),
      model: 'fake',
      usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null },
    });
  };
  return { engine: { name: 'openai', model: 'fake', passageTokenLimit: 1000, run }, calls };
}

describe('where the rules are unsure', () => {
  const signal = new AbortController().signal;

  test('one call decides, and sees the person’s own words alone', async () => {
    const { engine, calls } = choosing({ task: 'redraft', confidence: 'high' });
    await expect(chooseTask(input('banana it up'), engine, signal)).resolves.toBe('redraft');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.input).toMatchObject({ instruction: 'banana it up', passages: [] });
  });

  test.each([
    { task: 'none', confidence: 'high' },
    { task: 'answer', confidence: 'low' },
  ])('and the call too ($task, $confidence), the person is asked, with the choices', async (answer) => {
    const failure: unknown = await chooseTask(input('banana'), choosing(answer).engine, signal).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(HumphreyError);
    expect((failure as HumphreyError).code).toBe('ambiguous-task');
    expect((failure as HumphreyError).details?.['choices']).toContainEqual({ task: 'summarise', label: 'Summarise it' });
  });

  test('no call is made where a rule decides', async () => {
    const { engine, calls } = choosing({ task: 'none', confidence: 'low' });
    await chooseTask(input('summarise'), engine, signal);
    expect(calls).toHaveLength(0);
  });
});

test('options are read out of the person’s words', () => {
  expect(optionsFromWords('a short, friendly holding reply')).toEqual({ length: 'short', tone: 'warm', stance: 'holding' });
  expect(optionsFromWords('make it shorter')).toEqual({ change: 'shorter' });
  expect(optionsFromWords('decline politely')).toEqual({ stance: 'decline' });
  expect(optionsFromWords('what is the date?')).toEqual({});
});
