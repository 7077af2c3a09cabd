import type { TaskResult } from '../../shared/contract/task-result.ts';

const verified = { support: 'verified', flags: [] } as const;

/** A summary as the openai engine gives it, with every part filled; `change` replaces parts. */
export function exampleResult(change: Partial<TaskResult> = {}): TaskResult {
  return {
    id: 'result-1',
    task: 'summarise',
    engine: { name: 'openai', model: 'gpt-4o', promptVersion: 'summarise@1' },
    engineNote: 'Made by gpt-4o. It can be wrong: check it against the quotes before you rely on it.',
    marking: { tier: 'OFFICIAL', sensitive: false, handling: [], descriptors: [], caveats: [], ukPrefix: false, text: 'OFFICIAL' },
    allows: { reply: true, addRecipients: true, post: true, export: true },
    sources: [{ kind: 'document', name: 'Launch plan.docx' }],
    output: {
      kind: 'summary',
      headline: { text: 'The consultation launches on 8 December and runs for 12 weeks.', citations: [1], ...verified, flags: [] },
      points: [
        { text: 'The small business cost was corrected to £4.2 million a year.', citations: [2], ...verified, flags: [] },
        {
          text: 'Ministers have agreed a second launch event in Leeds.',
          citations: [],
          support: 'unsupported',
          flags: ['name-not-in-source'],
        },
      ],
      actions: [
        {
          text: 'Send the revised questionnaire to the survey team.',
          citations: [3],
          ...verified,
          flags: [],
          who: 'Daniel Fraser',
          due: 'by Wednesday 2 December',
          sure: true,
          yours: false,
        },
        {
          text: 'Draft the briefing and the difficult questions.',
          citations: [4],
          ...verified,
          flags: [],
          due: 'by Monday 7 December',
          sure: true,
          yours: true,
        },
        { text: 'Find a spokesperson.', citations: [], ...verified, flags: [], sure: false, yours: false },
      ],
      dates: [{ text: 'Consultation closes', citations: [1], ...verified, flags: [], said: 'Tuesday 2 March', date: '2027-03-02' }],
      questions: [{ text: 'Who signs off the impact assessment?', citations: [4], ...verified, flags: [] }],
    },
    citations: [1, 2, 3, 4].map((id) => ({
      id,
      source: 0,
      passage: `p${id}`,
      locator: { page: id, paragraph: 2 },
      quote: `The words of the source number ${id}.`,
      context: `Before. The words of the source number ${id}. After.`,
    })),
    notices: [{ code: 'section-not-covered', message: 'Pages 9 to 12 are not covered by any point.' }],
    usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, cost: null },
    ...change,
  };
}

/** The same from the offline engine. */
export function offlineResult(change: Partial<TaskResult> = {}): TaskResult {
  return exampleResult({
    engine: { name: 'offline', model: 'offline', promptVersion: 'summarise@1' },
    engineNote: 'Offline engine: key sentences chosen and quoted from the source by rules, without AI. Check them against the source.',
    ...change,
  });
}
