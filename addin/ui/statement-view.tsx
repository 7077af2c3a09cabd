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
  return (
    <>
      <p class="statement">
        {statement.text}{' '}
        {cited.map((citation) => (
          <button
            type="button"
            class="citation"
            key={citation.id}
            aria-expanded={citation.id === opened}
            {...(citation.id === opened ? { 'aria-controls': panelId } : {})}
            aria-label={`Source ${citation.id}`}
            onClick={() => {
              setOpened(citation.id === opened ? undefined : citation.id);
            }}
          >
            [{citation.id}]
          </button>
        ))}
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
