import { useEffect, useId, useState } from 'preact/hooks';
import type { DraftOutput, Statement, TaskResult } from '../../shared/contract/task-result.ts';
import { StatementView } from '../ui/statement-view.tsx';
import { withMarking } from '../ui/result-text.ts';
import { countInWords } from '../ui/words.ts';
import { CopyButton } from './copy-button.tsx';
import type { ReplyOutcome } from './mail-host.ts';
import type { Redraft } from './pane-state.ts';
import { replyHtml } from './reply-html.ts';

export interface DraftViewProps {
  result: TaskResult;
  output: DraftOutput;
  /** The person's own version that they went back to. */
  startText?: string;
  /** A change is being made: it cannot be changed again until then. */
  busy: boolean;
  /** Why no reply can be opened from here, in words; undefined when one can. */
  noReplyReason?: string;
  onRedraft: (redraft: Redraft) => void;
  /** Present when there is a version before this one. */
  onGoBack?: () => void;
  openReply: (html: string) => Promise<ReplyOutcome>;
}

const changes: [Redraft['change'], string][] = [
  ['shorter', 'Shorter'],
  ['longer', 'Longer'],
  ['plain-english', 'Plainer'],
  ['firmer', 'Firmer'],
  ['warmer', 'Warmer'],
];

/** A draft that the person can edit, change, copy and open as a reply. Nothing here sends anything. */
export function DraftView({ result, output, startText, busy, noReplyReason, onRedraft, onGoBack, openReply }: DraftViewProps) {
  const start = startText ?? output.body;
  const [text, setText] = useState(start);
  useEffect(() => {
    setText(start);
  }, [result.id, start]);
  const editorId = useId();
  const edited = text !== output.body;
  return (
    <>
      <label for={editorId}>Draft: edit it here before you use it</label>
      <textarea
        id={editorId}
        rows={10}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <ReplyButtons
        text={withMarking(text, result.marking)}
        openReply={openReply}
        {...(noReplyReason === undefined ? {} : { noReplyReason })}
      />
      <fieldset class="changes">
        <legend>Change the draft</legend>
        <div class="row">
          {changes.map(([change, label]) => (
            <button
              type="button"
              key={change}
              aria-disabled={busy}
              onClick={() => {
                if (!busy) onRedraft({ change, previous: result, ...(edited ? { editedText: text } : {}) });
              }}
            >
              {label}
            </button>
          ))}
        </div>
        {onGoBack && (
          <button type="button" class="plain" aria-disabled={busy} onClick={onGoBack}>
            Go back to the version before
          </button>
        )}
      </fieldset>
      <Answers output={output} />
      <Sources result={result} output={output} edited={edited} />
    </>
  );
}

function ReplyButtons({
  text,
  noReplyReason,
  openReply,
}: {
  text: string;
  noReplyReason?: string;
  openReply: DraftViewProps['openReply'];
}) {
  const [outcome, setOutcome] = useState('');
  async function open(): Promise<void> {
    try {
      setOutcome(outcomes[await openReply(replyHtml(text))]);
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      setOutcome(thrown.message);
    }
  }
  return (
    <>
      <div class="row">
        {noReplyReason === undefined && (
          <button type="button" class="primary" onClick={() => void open()}>
            Open reply with this draft
          </button>
        )}
        <CopyButton text={text} />
      </div>
      {noReplyReason !== undefined && <p class="hint">{noReplyReason}</p>}
      <p class="hint" role="status">
        {outcome}
      </p>
    </>
  );
}

const outcomes: Record<ReplyOutcome, string> = {
  opened: 'The reply is open in Outlook. Nothing is sent until you send it.',
  'too-long': 'This draft is longer than Outlook lets an add-in put into a reply. Copy it, reply in Outlook and paste it there.',
  'not-possible': 'This Outlook cannot open a reply from here. Copy the draft, reply in Outlook and paste it there.',
};

function Answers({ output }: { output: DraftOutput }) {
  if (output.answers.length === 0) return null;
  const addressed = output.answers.filter((answer) => answer.addressed).length;
  return (
    <section>
      <h3>
        Answers {addressed} of {countInWords(output.answers.length, 'question', 'questions')}
      </h3>
      <ul class="answers">
        {output.answers.map((answer) => (
          <li key={answer.question}>
            <span class="tag">{answer.addressed ? 'Answered' : 'Not answered'}</span> {answer.question}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What each paragraph stands on. A changed draft stands on the draft before, so only what needs a check is shown. */
function Sources({ result, output, edited }: { result: TaskResult; output: DraftOutput; edited: boolean }) {
  const isChanged = result.task === 'redraft';
  const stated = output.paragraphs.filter((paragraph) => needsCheck(paragraph) || (!isChanged && paragraph.citations.length > 0));
  if (stated.length === 0) return null;
  return (
    <section>
      <h3>{isChanged ? 'Check these paragraphs' : 'Where the draft comes from'}</h3>
      {edited && <p class="hint">This is about the draft as Humphrey wrote it, before your edits.</p>}
      <ul>
        {stated.map((paragraph, index) => (
          <li key={index}>
            <StatementView statement={paragraph} evidence={result} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function needsCheck(paragraph: Statement): boolean {
  return paragraph.support === 'unsupported' || paragraph.flags.length > 0;
}
