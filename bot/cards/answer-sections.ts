import type { Action, DatedStatement, DraftOutput, Statement, TaskOutput } from '../../shared/contract/task-result.ts';
import { bullet, line, run, sectionHeading, type CardElement } from './card-elements.ts';
import { cutText } from './cut-text.ts';
import { actionLines, dateRuns, statementLine, statementRuns } from './statement-lines.ts';

/** How much of an answer one card may hold; the cut is counted, so that the card can say what it leaves out. */
export interface CardBudget {
  /** Part of each list that is shown, 0 to 1: at least one item of each. */
  share: number;
  /** UTF-16 units of one statement or paragraph. */
  textLimit: number;
  /** Items and characters left out so far, by the name a person gives one of them. */
  leftOut: Map<string, number>;
}

/** The body of the answer, by the shape of the output. */
export function answerSections(output: TaskOutput, budget: CardBudget): CardElement[] {
  switch (output.kind) {
    case 'summary':
      return [
        line(
          statementRuns(output.headline, budget.textLimit).map((inline, index) =>
            index === 0 ? { ...inline, weight: 'bolder' as const } : inline,
          ),
          { spacing: 'medium' },
        ),
        ...list(undefined, take(output.points, 'point', budget), budget),
        ...actionSections(output.actions, budget),
        ...dateSection(output.dates, budget),
        ...list('Questions left open', take(output.questions, 'question', budget), budget),
      ];
    case 'actions':
      return output.actions.length === 0
        ? [line([run('No actions were found.')], { spacing: 'medium' })]
        : actionSections(output.actions, budget);
    case 'draft':
      return draftSections(output, budget);
    case 'answer':
      return [
        ...(output.found ? [] : [line([run('The source does not answer this.', { weight: 'bolder' })], { spacing: 'medium' })]),
        ...list(undefined, take(output.answer, 'sentence', budget), budget),
      ];
  }
}

function list(heading: string | undefined, statements: Statement[], budget: CardBudget): CardElement[] {
  if (statements.length === 0) return [];
  return [
    ...(heading === undefined ? [] : [sectionHeading(heading)]),
    ...statements.map((statement) => bullet([statementLine(statement, budget.textLimit)])),
  ];
}

/** Clear requests first; what may be a request stands apart, so that nobody takes a guess for a task. */
function actionSections(actions: Action[], budget: CardBudget): CardElement[] {
  const tier = (heading: string, chosen: Action[]): CardElement[] =>
    chosen.length === 0
      ? []
      : [
          sectionHeading(`${heading} (${chosen.length})`),
          ...take(chosen, 'action', budget).map((action) => bullet(actionLines(action, budget.textLimit))),
        ];
  return [
    ...tier(
      'Actions',
      actions.filter((action) => action.sure),
    ),
    ...tier(
      'Maybe actions: decide for yourself',
      actions.filter((action) => !action.sure),
    ),
  ];
}

function dateSection(dates: DatedStatement[], budget: CardBudget): CardElement[] {
  if (dates.length === 0) return [];
  return [sectionHeading('Dates'), ...take(dates, 'date', budget).map((dated) => bullet([line(dateRuns(dated, budget.textLimit))]))];
}

function draftSections(draft: DraftOutput, budget: CardBudget): CardElement[] {
  const doubtful = draft.paragraphs.filter((paragraph) => paragraph.support === 'unsupported' || paragraph.flags.length > 0);
  const cited = [...new Set(draft.paragraphs.flatMap((paragraph) => paragraph.citations))].sort((a, b) => a - b);
  const subject =
    draft.subject === undefined
      ? []
      : [line([run('Subject: ', { isSubtle: true }), run(cutText(draft.subject, 300), { weight: 'bolder' })])];
  return [
    { type: 'Container', style: 'emphasis', spacing: 'medium', items: [...subject, ...bodyLines(draft.body, budget)] },
    line([run('Not sent. Copy it into your reply.', { weight: 'bolder' })], { spacing: 'small' }),
    ...(cited.length === 0
      ? []
      : [line([run('It draws on ', { isSubtle: true }), run(cited.map((id) => `[${id}]`).join(' '), { color: 'accent' })])]),
    ...list('Check before you use it', take(doubtful, 'paragraph to check', budget), budget),
    ...questionSection(draft, budget),
  ];
}

/** One element a line: a line break inside a TextRun is not shown by every client. */
function bodyLines(body: string, budget: CardBudget): CardElement[] {
  const limit = Math.max(1_000, Math.floor(body.length * budget.share));
  const shown = cutText(body, limit);
  if (body.length > limit) budget.leftOut.set('character of the draft', body.length - shown.length);
  return shown
    .split(/\n{2,}/u)
    .filter((paragraph) => paragraph.trim() !== '')
    .flatMap((paragraph, index) =>
      paragraph.split('\n').map((text, row) => line([run(text)], { spacing: row > 0 ? 'none' : index === 0 ? 'small' : 'medium' })),
    );
}

function questionSection(draft: DraftOutput, budget: CardBudget): CardElement[] {
  if (draft.answers.length === 0) return [];
  const rows = take(draft.answers, 'question', budget).map((answer) =>
    bullet([
      line([
        run(cutText(answer.question, budget.textLimit)),
        answer.addressed
          ? run(' – covered by the draft', { isSubtle: true })
          : run(' – not answered: add it yourself', { color: 'attention', weight: 'bolder' }),
      ]),
    ]),
  );
  return [sectionHeading('Questions you were asked'), ...rows];
}

/** The first items of a list that fit; the rest is counted. */
function take<Item>(items: Item[], name: string, budget: CardBudget): Item[] {
  const shown = items.slice(0, Math.max(1, Math.ceil(items.length * budget.share)));
  if (shown.length < items.length) budget.leftOut.set(name, (budget.leftOut.get(name) ?? 0) + items.length - shown.length);
  return shown;
}
