import { useId, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Citation, Statement, TaskResult } from '../../shared/contract/task-result.ts';
import { flagInWords, placeInWords } from './words.ts';

/** What a statement's citations point at. */
export interface Evidence {
  citations: Citation[];
  sources: TaskResult['sources'];
}

export interface StatementViewProps {
  statement: Statement;
  evidence: Evidence;
  /** Stands after the text, before the evidence: who, due, dates. */
  children?: ComponentChildren;
}

/** One statement with its numbered evidence, each opened by its own button, and with what a person must check. */
export function StatementView({ statement, evidence, children }: StatementViewProps) {
  const [opened, setOpened] = useState<number | undefined>();
  const panelId = useId();
  const cited = statement.citations.flatMap((id) => evidence.citations.find((citation) => citation.id === id) ?? []);
  const shown = cited.find((citation) => citation.id === opened);
  const [first, ...others] = cited.map(({ id }) => (
    <button
      type="button"
      class="citation"
      key={id}
      aria-expanded={id === opened}
      {...(id === opened ? { 'aria-controls': panelId } : {})}
      aria-label={`Source [${id}]`}
      onClick={() => {
        setOpened(id === opened ? undefined : id);
      }}
    >
      [{id}]
    </button>
  ));
  const [words, lastWord] = beforeLastWord(statement.text);
  return (
    <>
      <p class="statement">
        {words}
        <span class="end">
          {lastWord} {first}
        </span>
        {others}
      </p>
      {children}
      <Checks statement={statement} />
      {shown && (
        <div class="source" id={panelId}>
          <Quote citation={shown} />
          <p class="place">{placeInWords(shown, evidence.sources)}</p>
        </div>
      )}
    </>
  );
}

/** The last word stays on one line with its first number; a very long one may not, or it would not fit. */
function beforeLastWord(text: string): [string, string] {
  const at = text.lastIndexOf(' ') + 1;
  return text.length - at > 24 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function Checks({ statement }: { statement: Statement }) {
  const warnings = [...(statement.support === 'unsupported' ? ['Not found in the message'] : []), ...statement.flags.map(flagInWords)];
  if (warnings.length === 0) return null;
  return <p class="check">{[...new Set(warnings)].join('. ')}. Check before you use it.</p>;
}

/** The passage with the quoted words marked; only the quote where it cannot be found in what surrounds it. */
function Quote({ citation: { quote, context } }: { citation: Citation }) {
  const at = context.indexOf(quote);
  if (at === -1 || quote === '') return <blockquote>{quote}</blockquote>;
  return (
    <blockquote>
      {context.slice(0, at)}
      <mark>{quote}</mark>
      {context.slice(at + quote.length)}
    </blockquote>
  );
}
