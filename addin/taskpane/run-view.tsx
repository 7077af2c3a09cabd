import { dateInWords, progressInWords } from '../ui/words.ts';
import { ActionsView, AnswerView, SummaryView } from '../ui/output-view.tsx';
import { resultText } from '../ui/result-text.ts';
import type { Evidence } from '../ui/statement-view.tsx';
import type { TaskOutput, TaskResult } from '../../shared/contract/task-result.ts';
import { CopyButton } from './copy-button.tsx';
import { DraftView } from './draft-view.tsx';
import type { MailHost, OpenMail } from './mail-host.ts';
import { partialOutput } from './partial-output.ts';
import { isFor, resultTitle, type Run } from './pane-state.ts';
import type { PaneActions } from './use-pane.ts';
import { useReturnFocus } from './use-return-focus.ts';

export interface RunViewProps {
  run: Run;
  /** The message that is open now, which may be another one than the run's. */
  openMail: OpenMail | undefined;
  actions: PaneActions;
  openReply: MailHost['openReply'];
}

/** A run from start to end: what it is about, how far it is, what it made, or why not. */
export function RunView({ run, openMail, actions, openReply }: RunViewProps) {
  const isCurrent = isFor(run, openMail);
  return (
    <section class="run" aria-labelledby="run-title">
      <h2 id="run-title">{resultTitle(run)}</h2>
      <About
        run={run}
        isCurrent={isCurrent}
        canRunHere={openMail !== undefined}
        onRunHere={() => {
          actions.start(run.order);
        }}
      />
      <p role="status" class={run.status === 'working' ? 'progress' : 'unseen'}>
        {statusInWords(run)}
      </p>
      {run.status === 'working' && <CancelButton returnTo={`action-${run.order.task}`} onCancel={actions.cancel} />}
      {run.status === 'cancelled' && <p class="inset">Stopped. Nothing was kept.</p>}
      {run.failure && (
        <FailureView run={run} canRetry={run.failure.canRetry && (isCurrent || run.redraft !== undefined)} onRetry={actions.retry} />
      )}
      <RunOutput run={run} isCurrent={isCurrent} actions={actions} openReply={openReply} />
    </section>
  );
}

interface AboutProps {
  run: Run;
  isCurrent: boolean;
  canRunHere: boolean;
  onRunHere: () => void;
}

/** Which message this is about; plain when it is the open one, loud when it is not. */
function About({ run: { mail, order }, isCurrent, canRunHere, onRunHere }: AboutProps) {
  const from = mail.from.name ?? mail.from.address;
  const message = [`“${mail.subject || 'No subject'}”`, from && `from ${from}`, dateInWords(mail.sent)].filter((part) => part).join(', ');
  if (isCurrent) return <p class="about">For {message}</p>;
  return (
    <div class="stale">
      <p>
        <strong>This is for another message:</strong> {message}.
      </p>
      {canRunHere && (
        <button type="button" onClick={onRunHere}>
          {runHere[order.task]}
        </button>
      )}
    </div>
  );
}

const runHere: Record<Run['order']['task'], string> = {
  summarise: 'Summarise the open message',
  'extract-actions': 'List the open message’s actions',
  'draft-reply': 'Draft a reply to the open message',
  answer: 'Ask the same of the open message',
  redraft: 'Draft a reply to the open message',
};

function statusInWords(run: Run): string {
  if (run.status === 'done') return `${resultTitle(run)} ready`;
  if (run.status === 'cancelled') return 'Stopped';
  if (run.status === 'failed') return '';
  if (run.progress) return `${progressInWords(run.progress)}…`;
  if (run.reading) return `Reading attachment ${run.reading.done} of ${run.reading.total}…`;
  return run.redraft ? 'Changing the draft…' : 'Reading the message…';
}

function CancelButton({ returnTo, onCancel }: { returnTo: string; onCancel: () => void }) {
  const button = useReturnFocus<HTMLButtonElement>(returnTo);
  return (
    <button type="button" ref={button} onClick={onCancel}>
      Cancel
    </button>
  );
}

function FailureView({ run, canRetry, onRetry }: { run: Run; canRetry: boolean; onRetry: () => void }) {
  const button = useReturnFocus<HTMLButtonElement>(`action-${run.order.task}`);
  return (
    <div class="failure" role="alert">
      <p>{run.failure?.message}</p>
      {canRetry && (
        <button type="button" ref={button} onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface RunOutputProps {
  run: Run;
  isCurrent: boolean;
  actions: PaneActions;
  openReply: MailHost['openReply'];
}

function RunOutput({ run, isCurrent, actions, openReply }: RunOutputProps) {
  // While a draft is being changed, and when that fails, the draft before stays where it is.
  const result = run.result ?? run.redraft?.previous;
  if (result?.output.kind === 'draft') {
    const noReplyReason = whyNoReply(result, isCurrent);
    return (
      <>
        <DraftView
          result={result}
          output={result.output}
          busy={run.status === 'working'}
          openReply={openReply}
          onRedraft={actions.redraft}
          {...(run.draftText === undefined ? {} : { startText: run.draftText })}
          {...(noReplyReason === undefined ? {} : { noReplyReason })}
          {...(run.redraft && run.result ? { onGoBack: actions.restoreDraft } : {})}
        />
        <Footnotes result={result} />
      </>
    );
  }
  if (result) {
    return (
      <>
        <OutputView output={result.output} evidence={result} unfinished={false} />
        <div class="row">
          <CopyButton text={resultText(result)} />
        </div>
        <Footnotes result={result} />
      </>
    );
  }
  if (run.parts.length === 0 || run.status !== 'working') return null;
  return <OutputView output={partialOutput(run.order.task, run.parts)} evidence={{ citations: run.citations, sources: [] }} unfinished />;
}

function OutputView({ output, evidence, unfinished }: { output: TaskOutput; evidence: Evidence; unfinished: boolean }) {
  switch (output.kind) {
    case 'summary':
      return <SummaryView output={output} evidence={evidence} unfinished={unfinished} />;
    case 'actions':
      return <ActionsView output={output} evidence={evidence} unfinished={unfinished} />;
    case 'answer':
      return <AnswerView output={output} evidence={evidence} unfinished={unfinished} />;
    case 'draft':
      return (
        <div class="draft-so-far">
          {output.paragraphs.map((paragraph, index) => (
            <p key={index}>{paragraph.text}</p>
          ))}
        </div>
      );
  }
}

function whyNoReply(result: TaskResult, isCurrent: boolean): string | undefined {
  if (!result.allows.reply) return `The marking of this message (${result.marking.text}) does not allow a reply from here.`;
  if (!isCurrent) return 'Open the message that this draft answers to open a reply to it.';
  return undefined;
}

/** What the person should know beside the answer, and what made it. */
function Footnotes({ result }: { result: TaskResult }) {
  return (
    <>
      {result.notices.length > 0 && (
        <section class="notices">
          <h3>Things to know</h3>
          <ul>
            {result.notices.map((notice) => (
              <li key={notice.code + notice.message}>{notice.message}</li>
            ))}
          </ul>
        </section>
      )}
      <p class="engine">{result.engineNote}</p>
    </>
  );
}
