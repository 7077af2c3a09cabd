import { z } from 'zod';
import { taskNames } from '../../shared/contract/task-request.ts';
import { card, line, run, type AdaptiveCard } from './card-elements.ts';

/** What a button of the choice card sends back: the key of the kept request and a task of the closed list, nothing else. */
export const ChoiceData = z.object({ humphrey: z.literal('choose-task'), pending: z.string().min(1).max(100), task: z.enum(taskNames) });
export type ChoiceData = z.infer<typeof ChoiceData>;

/** The choices as the core's ambiguous-task error carries them. */
export const TaskChoices = z.array(z.object({ task: z.enum(taskNames), label: z.string().max(100) })).min(1);
export type TaskChoices = z.infer<typeof TaskChoices>;

/** Asks the person which task they meant; each button runs the kept request with that task. */
export function choiceCard(question: string, choices: TaskChoices, pending: string): AdaptiveCard {
  return card(
    [
      line([run(question)]),
      {
        type: 'ActionSet',
        actions: choices.map((choice) => ({
          type: 'Action.Submit',
          title: choice.label,
          data: { humphrey: 'choose-task', pending, task: choice.task } satisfies ChoiceData,
        })),
      },
    ],
    question,
  );
}
