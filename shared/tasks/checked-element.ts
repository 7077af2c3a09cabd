import type { Citation } from '../contract/task-result.ts';
import type { Checks } from '../trust/check-output.ts';
import type { TaskDefinition } from './task-definition.ts';

export interface CheckedPart {
  path: string;
  value: unknown;
  citations: Citation[];
}

/** A streamed element after its check; undefined where it is not of the task's schema or is not supported by its source. */
export function checkedElement(
  definition: TaskDefinition,
  element: { path: string; value: unknown; checks: Checks },
): CheckedPart | undefined {
  const pattern = `$.${element.path.replace(/\.\d+(?=\.|$)/gu, '.*')}`;
  const check = definition.elements[pattern];
  if (!check) return undefined;
  let value: unknown;
  try {
    value = check(element.value, element.checks);
  } catch {
    // A part is only a preview: the whole answer meets its schema, or fails by name, when the call ends.
    return undefined;
  }
  const { citations, support } = value as { citations: number[]; support: string };
  // An unsupported statement may still be repaired: it is shown only in the final result, with its label.
  if (support === 'unsupported') return undefined;
  return { path: element.path, value, citations: element.checks.citations().filter((citation) => citations.includes(citation.id)) };
}
