import type { TaskResult } from '../../shared/contract/task-result.ts';

/** A small result that says `text`. */
export function createSampleResult(id: string, text = 'The bridge reopens in May.'): TaskResult {
  const statement = { text, citations: [1], support: 'verified' as const, flags: [] };
  return {
    id,
    task: 'answer',
    engine: { name: 'offline', model: 'offline', promptVersion: '1' },
    engineNote: 'Made by the offline engine.',
    marking: { tier: 'OFFICIAL', sensitive: false, handling: [], descriptors: [], caveats: [], ukPrefix: false, text: 'OFFICIAL' },
    allows: { reply: true, addRecipients: true, post: true, export: true },
    sources: [{ kind: 'text', name: 'Note' }],
    output: { kind: 'answer', answer: [statement], found: true },
    citations: [{ id: 1, source: 0, passage: 'p1', locator: { paragraph: 1 }, quote: text, context: text }],
    notices: [],
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null },
  };
}
