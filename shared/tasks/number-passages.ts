import type { Notice } from '../contract/task-result.ts';
import type { Passage, ReadSource } from '../passage.ts';
import { cleanCodePoints } from '../trust/code-points.ts';

export interface NumberedSources {
  passages: Passage[];
  notices: Notice[];
}

/** Passages of all sources under one numbering, `p1` on, without characters that a person cannot see. */
export function numberPassages(sources: ReadSource[]): NumberedSources {
  const passages: Passage[] = [];
  const notices: Notice[] = [];
  sources.forEach((source, index) => {
    let removed = 0;
    for (const passage of source.passages) {
      const clean = cleanCodePoints(passage.text);
      removed += clean.removed;
      if (clean.text.trim() !== '') passages.push({ ...passage, text: clean.text, id: `p${passages.length + 1}`, source: index });
    }
    notices.push(...source.notices);
    if (removed > 0)
      notices.push({
        code: 'hidden-text-removed',
        message: `${removed} invisible ${removed === 1 ? 'character was' : 'characters were'} left out of ${source.name}.`,
      });
  });
  return { passages, notices };
}
