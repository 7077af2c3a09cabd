import type { z } from 'zod';
import type { TaskName } from '../contract/task-request.ts';
import type { TaskOutput } from '../contract/task-result.ts';
import type { EngineInput } from '../ports.ts';
import type { Checks } from '../trust/check-output.ts';

/** Everything that is particular to one task, in one file. It joins by one line in task-list.ts. */
export interface TaskDefinition<Draft = unknown, Output extends TaskOutput = TaskOutput> {
  name: TaskName;
  /** Goes up with every change of prompt or schema; it stands in results as `promptVersion`. */
  version: string;
  /** The task's part of the system text: fixed, so that prompts cache and no source text can reach it. */
  prompt: string;
  schema: z.ZodType<Draft>;
  /** The same job without a model: deterministic, selects and quotes, no network. */
  offline: (input: EngineInput) => Draft;
  /** Draft to checked output: each statement goes through `checks`. */
  finish: (draft: Draft, checks: Checks) => Output;
  /** The elements that are shown as soon as each is whole, by JSON path of the draft, each with its check. */
  elements: Record<string, (value: unknown, checks: Checks) => unknown>;
}
