import type { TaskName } from '../contract/task-request.ts';
import { answer } from './answer.ts';
import { draftReply } from './draft-reply.ts';
import { extractActions } from './extract-actions.ts';
import { redraft } from './redraft.ts';
import { summarise } from './summarise.ts';
import type { TaskDefinition } from './task-definition.ts';

/** Every task of the core. A new one is its file, its name in the contract, and a line here. */
const taskList = { summarise, 'extract-actions': extractActions, 'draft-reply': draftReply, answer, redraft };

/** The definition of a task, seen without its own draft type: what an engine gives is checked by its schema anyway. */
export function taskNamed(name: TaskName): TaskDefinition {
  return taskList[name] as unknown as TaskDefinition;
}
