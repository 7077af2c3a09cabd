import type { Marking, TaskOutput } from '../contract/task-result.ts';
import { HumphreyError } from '../errors.ts';
import type { Asker, Ports } from '../ports.ts';

export interface PreviousResult {
  text: string;
  marking: Marking;
}

/** The words of an earlier result, as a source for what comes next, with its marking; not-found where it is gone or somebody else's. */
export async function previousResult(id: string, asker: Asker, ports: Pick<Ports, 'results'>): Promise<PreviousResult> {
  const result = await ports.results.get(id, asker);
  if (!result) throw new HumphreyError('not-found', 'The earlier result is no longer kept. Run the task again, then ask for the change.');
  return { text: textOf(result.output), marking: result.marking };
}

/** A result's own words, one paragraph or point a block. */
function textOf(output: TaskOutput): string {
  switch (output.kind) {
    case 'summary':
      return [output.headline, ...output.points, ...output.actions, ...output.questions].map((statement) => statement.text).join('\n\n');
    case 'actions':
      return output.actions.map((action) => action.text).join('\n\n');
    case 'draft':
      return output.body;
    case 'answer':
      return output.answer.map((statement) => statement.text).join('\n\n');
  }
}
