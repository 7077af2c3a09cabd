import type { SummaryOutput } from '../contract/task-result.ts';
import { finishAction } from './extract-actions.ts';
import { DraftAction, DraftDate, DraftStatement, SummaryDraft } from './drafts.ts';
import { offlineSummarise } from './offline/offline-summarise.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { Checks } from '../trust/check-output.ts';

export const summarise: TaskDefinition<SummaryDraft, SummaryOutput> = {
  name: 'summarise',
  version: 'summarise@1',
  prompt: `Summarise the passages for a busy civil servant who has not read them.
- headline: one sentence with what matters most to the reader: the decision, request or news, not "this email is about".
- points: what a reader would be sorry to have missed, most important first. options.length short: at most 3; standard: at most 6; detailed: at most 12. One fact or view each, with who holds it. Newest message first where messages disagree.
- actions: what somebody is asked or has agreed to do. who: the person or team as the passages name them, "you" where the asker is asked, null where nobody is named. due: the passage's own words for the date, else null. sure: false where it is a hint rather than a request.
- dates: dates that the reader may need, other than the actions' due dates. said: the passage's own words for the date.
- questions: questions that still wait for an answer.
- Leave a list empty rather than fill it. Keep figures, names and conditions exactly as they stand.`,
  schema: SummaryDraft,
  offline: offlineSummarise,
  finish: (draft, checks) => ({
    kind: 'summary',
    headline: checks.statement(draft.headline, 'must-cite'),
    points: draft.points.map((point) => checks.statement(point, 'must-cite')),
    actions: draft.actions.map((action) => finishAction(action, checks)),
    dates: draft.dates.map((date) => finishDate(date, checks)),
    questions: draft.questions.map((question) => checks.statement(question, 'must-cite')),
  }),
  elements: {
    '$.headline': (value, checks) => checks.statement(DraftStatement.parse(value), 'must-cite'),
    '$.points.*': (value, checks) => checks.statement(DraftStatement.parse(value), 'must-cite'),
    '$.actions.*': (value, checks) => finishAction(DraftAction.parse(value), checks),
    '$.dates.*': (value, checks) => finishDate(DraftDate.parse(value), checks),
    '$.questions.*': (value, checks) => checks.statement(DraftStatement.parse(value), 'must-cite'),
  },
};

function finishDate(draft: DraftDate, checks: Checks): SummaryOutput['dates'][number] {
  const date = checks.dateOf(draft.said);
  return { ...checks.statement(draft, 'must-cite'), said: checks.plain(draft.said), ...(date ? { date } : {}) };
}
