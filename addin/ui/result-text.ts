import type { Action, DatedStatement, Marking, Statement, TaskOutput, TaskResult } from '../../shared/contract/task-result.ts';
import { dayInWords } from './words.ts';

/** A text under the marking of what it was made from, unless it already begins with it. */
export function withMarking(text: string, marking: Marking): string {
  return marking.text === '' || text.startsWith(marking.text) ? text : `${marking.text}\n\n${text}`;
}

/** A result as plain text to paste elsewhere: marking first, unsupported statements labelled, and who made it. */
export function resultText(result: TaskResult): string {
  return withMarking(`${sections(result.output).join('\n\n')}\n\n${result.engineNote}`, result.marking);
}

function sections(output: TaskOutput): string[] {
  switch (output.kind) {
    case 'summary':
      return [
        line(output.headline),
        list('Main points', output.points),
        actionList(output.actions),
        dateList(output.dates),
        list('Questions still open', output.questions),
      ].filter((section) => section !== '');
    case 'actions':
      return [actionList(output.actions) || 'No actions were found in this message.'];
    case 'answer':
      return output.answer.map(line);
    case 'draft':
      return [output.body];
  }
}

function line(statement: Statement): string {
  return statement.support === 'unsupported' ? `${statement.text} (not found in the message)` : statement.text;
}

function list(title: string, statements: Statement[]): string {
  return statements.length === 0 ? '' : [title, ...statements.map((statement) => `- ${line(statement)}`)].join('\n');
}

function actionList(actions: Action[]): string {
  return actions.length === 0 ? '' : ['Actions', ...actions.map((action) => `- ${line(action)}${actionDetails(action)}`)].join('\n');
}

function actionDetails(action: Action): string {
  const who = action.yours ? 'you' : action.who;
  const details = [who && `who: ${who}`, action.due && `due: ${action.due}`, !action.sure && 'possible request'].filter((detail) => detail);
  return details.length === 0 ? '' : ` (${details.join('; ')})`;
}

function dateList(dates: DatedStatement[]): string {
  return dates.length === 0
    ? ''
    : ['Dates', ...dates.map((date) => `- ${line(date)}${date.date ? ` (${dayInWords(date.date)})` : ''}`)].join('\n');
}
