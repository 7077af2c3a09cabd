import type { Action, ActionsOutput } from '../contract/task-result.ts';
import type { Checks } from '../trust/check-output.ts';
import { ActionsDraft, DraftAction } from './drafts.ts';
import { offlineExtractActions } from './offline/offline-extract-actions.ts';
import type { TaskDefinition } from './task-definition.ts';

export const extractActions: TaskDefinition<ActionsDraft, ActionsOutput> = {
  name: 'extract-actions',
  version: 'extract-actions@1',
  prompt: `List every action in the passages: what somebody is asked to do, or has agreed to do.
- text: begins with a verb and says what is to be done, complete enough to act on without the source.
- who: the person or team as the passages name them; "you" where the asker is asked; null where nobody is named. Never guess an owner.
- due: the passage's own words for the date or time, null where there is none.
- sure: true for a clear request, instruction or promise; false for a hint, an offer or a general invitation.
- One action each, in the order of the passages; a request made twice is one action with both passages as evidence. What is already done is no action.`,
  schema: ActionsDraft,
  offline: offlineExtractActions,
  finish: (draft, checks) => ({ kind: 'actions', actions: draft.actions.map((action) => finishAction(action, checks)) }),
  elements: { '$.actions.*': (value, checks) => finishAction(DraftAction.parse(value), checks) },
};

/** A checked action; an owner or date that the cited words do not hold makes it unsupported like any other claim. */
export function finishAction(draft: DraftAction, checks: Checks): Action {
  const claim = [draft.text, draft.due].filter((part) => part !== null).join(' ');
  const checked = checks.statement({ text: claim, evidence: draft.evidence }, 'must-cite');
  const who = draft.who === null ? undefined : checks.plain(draft.who);
  const due = draft.due === null ? undefined : checks.plain(draft.due);
  return {
    ...checked,
    text: checks.plain(draft.text),
    ...(who ? { who } : {}),
    ...(due ? { due } : {}),
    sure: draft.sure,
    yours: draft.who !== null && checks.isAsker(draft.who),
  };
}
