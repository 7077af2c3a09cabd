import type { Action, DatedStatement, Statement, StatementFlag } from '../../shared/contract/task-result.ts';
import { line, run, type CardElement, type TextRun } from './card-elements.ts';
import { cutText } from './cut-text.ts';

/** What a person is told about each doubt that the checks raise. */
const flagWords: Record<StatementFlag, string> = {
  'number-not-in-source': 'a number here is not in the source',
  'date-not-in-source': 'a date here is not in the source',
  'address-not-in-source': 'an address here is not in the source',
  'link-removed': 'a link was removed',
  'quote-not-found': 'its quote was not found',
  'quote-unrelated': 'its quote says something else',
  'name-not-in-source': 'a name here is not in the source',
};

/** The statement's words, its [n] marks, and, where it does not stand on a quote, the label that says so. */
export function statementRuns(statement: Statement, textLimit: number): TextRun[] {
  const marks = statement.citations.map((id) => `[${id}]`).join(' ');
  return [
    run(cutText(statement.text, textLimit)),
    ...(marks === '' ? [] : [run(` ${marks}`, { color: 'accent', size: 'small' })]),
    ...doubtRuns(statement),
  ];
}

function doubtRuns(statement: Statement): TextRun[] {
  const doubts = [
    ...(statement.support === 'unsupported' ? ['Not found in the source'] : []),
    ...statement.flags.filter((flag) => statement.support !== 'unsupported' || flag !== 'quote-not-found').map((flag) => flagWords[flag]),
  ];
  if (doubts.length === 0) return [];
  return [run(` – ${sentenceCase(doubts.join('; '))}. Check it.`, { color: 'attention', weight: 'bolder', size: 'small' })];
}

export function statementLine(statement: Statement, textLimit: number): CardElement {
  return line(statementRuns(statement, textLimit));
}

/** The action, then who has to do it and by when, in the source's own words. */
export function actionLines(action: Action, textLimit: number): CardElement[] {
  const details = [
    ...(action.yours ? ['For you'] : action.who === undefined ? [] : [`Who: ${cutText(action.who, 120)}`]),
    ...(action.due === undefined ? [] : [`Due: ${cutText(action.due, 120)}`]),
  ];
  const main = statementLine(action, textLimit);
  if (details.length === 0) return [main];
  return [
    main,
    line([run(details.join(' · '), action.yours ? { size: 'small', weight: 'bolder' } : { size: 'small', isSubtle: true })], {
      spacing: 'none',
    }),
  ];
}

const longDate = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The date as computed by our own code, else as the source says it, then what it is about. */
export function dateRuns(dated: DatedStatement, textLimit: number): TextRun[] {
  const said = cutText(dated.said, 80);
  const computed = dated.date === undefined ? undefined : longDate.format(new Date(`${dated.date}T00:00:00Z`)).replace(',', '');
  const label = computed === undefined || computed === said ? said : `${computed} (“${said}”)`;
  return [run(`${label}: `, { weight: 'bolder' }), ...statementRuns(dated, textLimit)];
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
