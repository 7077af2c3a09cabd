import type { TaskName } from '../../shared/contract/task-request.ts';
import type { TaskOutput } from '../../shared/contract/task-result.ts';
import type { Part } from './pane-state.ts';

const blank = { text: '', citations: [], support: 'own-words' as const, flags: [] };

function emptyOutput(task: TaskName): TaskOutput {
  switch (task) {
    case 'summarise':
      return { kind: 'summary', headline: blank, points: [], actions: [], dates: [], questions: [] };
    case 'extract-actions':
      return { kind: 'actions', actions: [] };
    case 'answer':
      return { kind: 'answer', answer: [], found: true };
    case 'draft-reply':
    case 'redraft':
      return { kind: 'draft', paragraphs: [], body: '', answers: [] };
  }
}

/** The output as far as it has come: parts such as `points.2` put where they will stand in the whole. */
export function partialOutput(task: TaskName, parts: Part[]): TaskOutput {
  const output = emptyOutput(task) as unknown as Record<string, unknown>;
  for (const { path, value } of parts) {
    const name = path.split('.')[0] ?? '';
    const place = output[name];
    // Parts come in order, so that the next one of a list is its last.
    if (Array.isArray(place)) place.push(value);
    else if (name in output && name !== 'kind') output[name] = value;
  }
  return output as unknown as TaskOutput;
}
