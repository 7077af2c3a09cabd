import type { Action, ActionsOutput, AnswerOutput, DatedStatement, Statement, SummaryOutput } from '../../shared/contract/task-result.ts';
import { StatementView, type Evidence } from './statement-view.tsx';
import { dayInWords } from './words.ts';

interface ViewProps<Output> {
  output: Output;
  evidence: Evidence;
  /** More may come: an empty list says nothing yet. */
  unfinished: boolean;
}

export function SummaryView({ output, evidence }: ViewProps<SummaryOutput>) {
  return (
    <>
      {output.headline.text !== '' && (
        <div class="headline">
          <StatementView statement={output.headline} evidence={evidence} />
        </div>
      )}
      <StatementList title="Main points" statements={output.points} evidence={evidence} />
      <ActionList title="Actions" actions={output.actions} evidence={evidence} />
      <DateList dates={output.dates} evidence={evidence} />
      <StatementList title="Questions still open" statements={output.questions} evidence={evidence} />
    </>
  );
}

export function ActionsView({ output, evidence, unfinished }: ViewProps<ActionsOutput>) {
  if (output.actions.length === 0) return unfinished ? null : <p>No actions were found in this message.</p>;
  const groups: [string, Action[]][] = [
    ['For you', output.actions.filter((action) => action.yours)],
    ['For others', output.actions.filter((action) => !action.yours)],
  ];
  return (
    <>
      {groups.map(([title, actions]) => (
        <ActionList key={title} title={title} actions={actions} evidence={evidence} />
      ))}
    </>
  );
}

export function AnswerView({ output, evidence, unfinished }: ViewProps<AnswerOutput>) {
  return (
    <>
      {!output.found && !unfinished && (
        <p class="inset">We found no answer to this in the message. It may be there in other words: check before you rely on this.</p>
      )}
      {output.answer.map((statement, index) => (
        <StatementView key={index} statement={statement} evidence={evidence} />
      ))}
    </>
  );
}

function StatementList({ title, statements, evidence }: { title: string; statements: Statement[]; evidence: Evidence }) {
  if (statements.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {statements.map((statement, index) => (
          <li key={index}>
            <StatementView statement={statement} evidence={evidence} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ActionList({ title, actions, evidence }: { title: string; actions: Action[]; evidence: Evidence }) {
  if (actions.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {actions.map((action, index) => (
          <li key={index}>
            <StatementView statement={action} evidence={evidence}>
              <ActionDetails action={action} />
            </StatementView>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ActionDetails({ action }: { action: Action }) {
  const who = action.yours ? 'you' : action.who;
  const details = [who && `Who: ${who}`, action.due && `Due: ${action.due}`].filter((detail) => detail);
  if (details.length === 0 && action.sure) return null;
  return (
    <p class="details">
      {!action.sure && <span class="tag">Possible request</span>}
      {details.map((detail) => (
        <span key={detail}>{detail}</span>
      ))}
    </p>
  );
}

function DateList({ dates, evidence }: { dates: DatedStatement[]; evidence: Evidence }) {
  if (dates.length === 0) return null;
  return (
    <section>
      <h3>Dates</h3>
      <ul>
        {dates.map((date, index) => (
          <li key={index}>
            <StatementView statement={date} evidence={evidence}>
              {date.date && (
                <p class="details">
                  <span>
                    “{date.said}”: {dayInWords(date.date)}
                  </span>
                </p>
              )}
            </StatementView>
          </li>
        ))}
      </ul>
    </section>
  );
}
