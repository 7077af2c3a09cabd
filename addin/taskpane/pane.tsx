import { useEffect, useRef, useState } from 'preact/hooks';
import { countInWords, dateInWords, sizeInWords } from '../ui/words.ts';
import type { Order } from './build-request.ts';
import type { MailHost, OpenMail } from './mail-host.ts';
import { RunView } from './run-view.tsx';
import type { TaskClient } from './task-client.ts';
import { AskForm, DraftForm } from './task-form.tsx';
import { usePane } from './use-pane.ts';

export interface PaneProps {
  host: MailHost;
  client: TaskClient;
  /** What the ribbon's button asked for: it runs, or opens its form, at once. */
  firstAction?: 'summarise' | 'draft' | 'ask';
}

type Form = 'draft' | 'ask';

/** The whole pane beside a message. */
export function Pane({ host, client, firstAction }: PaneProps) {
  const [state, actions] = usePane(host, client);
  const [form, setForm] = useState<Form | undefined>(firstAction === 'draft' || firstAction === 'ask' ? firstAction : undefined);
  const [includeAttachments, setIncludeAttachments] = useState(true);
  const { mail, run } = state;

  function start(order: Omit<Order, 'includeAttachments'>): void {
    actions.start({ ...order, includeAttachments });
  }

  /** The form closes so that the result is in view; the focus goes to the button that opens it again. */
  function submit(order: Omit<Order, 'includeAttachments'>): void {
    start(order);
    setForm(undefined);
    document.getElementById(`action-${order.task}`)?.focus();
  }

  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || firstAction !== 'summarise') return;
    begun.current = true;
    start({ task: 'summarise' });
  });

  return (
    <main>
      {run?.result && <Banner text={run.result.marking.text} sensitive={run.result.marking.sensitive} />}
      <h1>Humphrey</h1>
      <OpenMessage mail={mail} />
      {mail && (
        <>
          {mail.attachments.length > 0 && <Attachments mail={mail} included={includeAttachments} onChange={setIncludeAttachments} />}
          <Buttons
            form={form}
            onRun={(task) => {
              setForm(undefined);
              start({ task });
            }}
            onForm={(chosen) => {
              setForm(chosen === form ? undefined : chosen);
            }}
          />
          <DraftForm id="form-draft" hidden={form !== 'draft'} onSubmit={submit} />
          <AskForm id="form-ask" hidden={form !== 'ask'} onSubmit={submit} />
        </>
      )}
      {run && <RunView run={run} openMail={mail} actions={actions} openReply={host.openReply} />}
    </main>
  );
}

/** The marking of what was read, on the product's own frame, above everything made from it. */
function Banner({ text, sensitive }: { text: string; sensitive: boolean }) {
  if (text === '') return null;
  return <p class={sensitive ? 'banner sensitive' : 'banner'}>{text}</p>;
}

function OpenMessage({ mail }: { mail: OpenMail | undefined }) {
  if (!mail) return <p class="inset">No message is open. Open an email to use Humphrey.</p>;
  return (
    <div class="message">
      <p class="subject">{mail.subject || 'No subject'}</p>
      <p class="hint">{[mail.from.name ?? mail.from.address, dateInWords(mail.sent)].filter((part) => part).join(' · ')}</p>
    </div>
  );
}

function Attachments({ mail, included, onChange }: { mail: OpenMail; included: boolean; onChange: (included: boolean) => void }) {
  return (
    <div class="attachments">
      <label class="choice">
        <input
          type="checkbox"
          checked={included}
          onChange={(event) => {
            onChange(event.currentTarget.checked);
          }}
        />
        Include {countInWords(mail.attachments.length, 'attachment', 'attachments')}
      </label>
      <ul>
        {mail.attachments.map((attachment) => (
          <li key={attachment.id}>
            {attachment.name}{' '}
            <span class="hint">{attachment.readable ? sizeInWords(attachment.size) : 'kept in the cloud, cannot be read from here'}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ButtonsProps {
  form: Form | undefined;
  onRun: (task: 'summarise' | 'extract-actions') => void;
  onForm: (form: Form) => void;
}

function Buttons({ form, onRun, onForm }: ButtonsProps) {
  return (
    <div class="actions" role="group" aria-label="What Humphrey can do">
      <button
        type="button"
        id="action-summarise"
        class="primary"
        onClick={() => {
          onRun('summarise');
        }}
      >
        Summarise
      </button>
      <button
        type="button"
        id="action-extract-actions"
        onClick={() => {
          onRun('extract-actions');
        }}
      >
        Actions
      </button>
      <button
        type="button"
        id="action-draft-reply"
        aria-expanded={form === 'draft'}
        aria-controls="form-draft"
        onClick={() => {
          onForm('draft');
        }}
      >
        Draft reply
      </button>
      <button
        type="button"
        id="action-answer"
        aria-expanded={form === 'ask'}
        aria-controls="form-ask"
        onClick={() => {
          onForm('ask');
        }}
      >
        Ask
      </button>
    </div>
  );
}
