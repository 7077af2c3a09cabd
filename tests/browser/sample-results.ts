import type { Citation, Statement, TaskOutput, TaskResult } from '../../shared/contract/task-result.ts';

export function statement(
  text: string,
  citations: number[] = [],
  support: Statement['support'] = citations.length > 0 ? 'verified' : 'own-words',
): Statement {
  return { text, citations, support, flags: [] };
}

export function citation(id: number, quote: string, context = quote): Citation {
  return { id, source: 0, passage: `p${id}`, locator: { paragraph: id + 1 }, quote, context };
}

/** A result as the server gives it, with whatever a test wants to differ. */
export function taskResult(output: TaskOutput, rest: Partial<TaskResult> = {}): TaskResult {
  return {
    id: 'result-1',
    task: 'summarise',
    engine: { name: 'offline', model: 'key-sentences', promptVersion: 'summarise@1' },
    engineNote: 'Key sentences: offline engine, no AI. It picks and quotes sentences and writes nothing of its own.',
    marking: { tier: 'OFFICIAL', sensitive: false, handling: [], descriptors: [], caveats: [], ukPrefix: false, text: 'OFFICIAL' },
    allows: { reply: true, addRecipients: true, post: true, export: true },
    sources: [{ kind: 'email', name: 'RE: PQ 48213: property flood resilience grants' }],
    output,
    citations: [],
    notices: [],
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null },
    ...rest,
  };
}

export const summaryResult = taskResult(
  {
    kind: 'summary',
    headline: statement('The Minister wants three changes to the draft answer before it is signed.', [1]),
    points: [
      statement(
        'The draft says £41.2 million; the Committee was given £39.8 million in October, and the Minister will not sign until the difference is explained.',
        [2],
      ),
      statement('The answer is due in the House on Thursday 26 November.', [3]),
      { ...statement('The grants helped 6,900 households.', [], 'unsupported'), flags: ['number-not-in-source'] },
    ],
    actions: [
      {
        ...statement('Send the total paid in grants in 2025 to 2026, checked with finance.', [4]),
        who: 'Sam',
        due: 'by noon on Tuesday 24 November',
        sure: true,
        yours: true,
      },
      {
        ...statement('Check the line on eligibility with legal advisers.', [5]),
        who: 'Alex',
        due: 'by Monday evening',
        sure: false,
        yours: false,
      },
    ],
    dates: [
      { ...statement('The Parliamentary Team need the signed copy by 4pm on Wednesday.', [6]), said: 'Wednesday', date: '2026-11-25' },
    ],
    questions: [statement('Does the 1,140 include the Calder Valley cases?', [7])],
  },
  {
    citations: [
      citation(
        1,
        'has asked for three changes before it is signed',
        'The Minister is content with the first two paragraphs but has asked for three changes before it is signed.',
      ),
      citation(
        2,
        'the Minister will not sign until we can explain the difference',
        'The draft gives £41.2 million, but the figure we gave the Committee in October was £39.8 million, and the Minister will not sign until we can explain the difference.',
      ),
      citation(3, 'The answer is due in the House on Thursday 26 November.'),
      citation(4, 'Please send me the total paid in grants in 2025 to 2026, checked with finance, by noon on Tuesday 24 November.'),
      citation(5, 'could you check the line on eligibility with legal advisers by Monday evening?'),
      citation(6, 'The Parliamentary Team need the signed copy by 4pm on Wednesday.'),
      citation(7, 'Can you confirm whether the 1,140 in your note includes the Calder Valley cases?'),
    ],
    notices: [{ code: 'unsupported-statement', message: 'One point could not be found in the message. It is labelled.' }],
  },
);

const body =
  'Dear Priya,\n\nThank you for your note. I will send the checked total by noon on Tuesday 24 November.\n\nI will confirm [whether the 1,140 includes Calder Valley] separately.\n\nSam';

export const draftResult = taskResult(
  {
    kind: 'draft',
    body,
    paragraphs: body.split('\n\n').map((text, index) => statement(text, index === 1 ? [1] : [])),
    answers: [
      { question: 'Can you send the total by Tuesday?', addressed: true },
      { question: 'Does the 1,140 include the Calder Valley cases?', addressed: false },
    ],
  },
  {
    id: 'draft-1',
    task: 'draft-reply',
    citations: [
      citation(
        1,
        'by noon on Tuesday 24 November',
        'Please send me the total paid in grants in 2025 to 2026, checked with finance, by noon on Tuesday 24 November.',
      ),
    ],
  },
);
