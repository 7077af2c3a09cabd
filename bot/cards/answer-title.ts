import type { TaskResult } from '../../shared/contract/task-result.ts';

const aiTitles: Record<TaskResult['task'], string> = {
  summarise: 'Summary',
  'extract-actions': 'Actions',
  'draft-reply': 'Draft reply',
  answer: 'Answer',
  redraft: 'New version',
};

const offlineTitles: Record<TaskResult['task'], string> = {
  summarise: 'Key sentences',
  'extract-actions': 'Sentences that ask for something',
  'draft-reply': 'Reply from a template',
  answer: 'Sentences that may answer you',
  redraft: 'New version by rules',
};

/** Whether an AI model wrote the answer: the offline engine selects, quotes and fills templates, and must not be labelled as AI. */
export function isMadeByAi(result: TaskResult): boolean {
  return result.engine.name !== 'offline';
}

/** What the answer is called; the offline engine's says so, because its words are the source's own. */
export function answerTitle(result: TaskResult): string {
  return isMadeByAi(result) ? aiTitles[result.task] : `${offlineTitles[result.task]} (offline engine, no AI)`;
}
