import type { TaskName } from '../../contract/task-request.ts';
import type { EngineInput } from '../../ports.ts';
import { offlineAnswer } from './offline-answer.ts';
import { offlineDraftReply } from './offline-draft-reply.ts';
import { offlineExtractActions } from './offline-extract-actions.ts';
import { offlineRedraft } from './offline-redraft.ts';
import { offlineSummarise } from './offline-summarise.ts';

/** Each task's way without a model, by name; plain data in and out, so that it can run in another process. */
export const offlineWays: Record<TaskName, (input: EngineInput) => unknown> = {
  summarise: offlineSummarise,
  'extract-actions': offlineExtractActions,
  'draft-reply': offlineDraftReply,
  answer: offlineAnswer,
  redraft: offlineRedraft,
};
