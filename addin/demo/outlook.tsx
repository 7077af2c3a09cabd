import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MailView } from './mail-view.tsx';
import { OutlookHost } from './outlook-host.ts';
import { replyText } from './reply-text.ts';
import type { SampleMail } from './sample-mail.ts';
import { sam, sampleMails } from './sample-mails.ts';

const ribbon = [
  ['summarise', 'Summarise'],
  ['draft', 'Draft reply'],
  ['ask', 'Ask'],
] as const;

interface Reply {
  /** A later reply replaces the one before, whatever was typed there. */
  number: number;
  mail: SampleMail;
  html: string;
}

/** The simulated mailbox: a list of mails, the open one, a ribbon, and the real pane beside them. */
function Mailbox() {
  const [mail, setMail] = useState(sampleMails[0]);
  const [reply, setReply] = useState<Reply | undefined>();
  const [paneOpen, setPaneOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const host = useRef<OutlookHost>(undefined);

  useEffect(() => {
    if (!place.current) return;
    host.current = new OutlookHost({
      place: place.current,
      user: sam,
      onReply: (answered, html) => {
        setReply((before) => ({ number: (before?.number ?? 0) + 1, mail: answered, html }));
      },
      // Outlook sends the focus from the pane's end to its own controls, and from its start back to the ribbon.
      onLeave: (forward) => {
        document.getElementById(forward ? 'to-start' : 'ribbon-ask')?.focus();
      },
    });
  }, []);

  function openPane(action: string): void {
    if (!mail) return;
    setPaneOpen(true);
    host.current?.open(`/taskpane.html?action=${action}`, mail);
  }

  return (
    <>
      <header>
        <div class="mailbox-bar">
          <h1>Demo mailbox</h1>
          <p>Simulated Outlook. Everyone here is invented, and nothing is sent.</p>
          <a id="to-start" href="/">
            Back to the start page
          </a>
        </div>
        <div class="ribbon" role="toolbar" aria-label="Humphrey">
          <span class="ribbon-name">Humphrey</span>
          {ribbon.map(([action, label]) => (
            <button
              type="button"
              key={action}
              id={`ribbon-${action}`}
              class={action === 'summarise' ? 'primary' : ''}
              onClick={() => {
                openPane(action);
              }}
            >
              {label}
            </button>
          ))}
        </div>
      </header>
      <div class={paneOpen ? 'mailbox-columns with-pane' : 'mailbox-columns'}>
        <nav aria-label="Messages">
          <MailList
            open={mail}
            onOpen={(chosen) => {
              setMail(chosen);
              host.current?.select(chosen);
            }}
          />
        </nav>
        <main tabIndex={0} aria-label="Open message">
          {reply && (
            <ReplyView
              key={reply.number}
              reply={reply}
              onDiscard={() => {
                setReply(undefined);
              }}
            />
          )}
          {mail && <MailView mail={mail} />}
        </main>
        <aside ref={place} aria-label="Humphrey pane" hidden={!paneOpen} />
      </div>
    </>
  );
}

function MailList({ open, onOpen }: { open: SampleMail | undefined; onOpen: (mail: SampleMail) => void }) {
  return (
    <ul>
      {sampleMails.map((mail) => (
        <li key={mail.id}>
          <button
            type="button"
            aria-current={mail === open}
            onClick={() => {
              onOpen(mail);
            }}
          >
            <strong>{mail.from.name}</strong>
            <span>{mail.subject}</span>
            <span class="hint">
              {new Date(mail.sent).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}
              {mail.attachments.length > 0 && ' · has attachments'}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What Outlook would show after the pane opened a reply. */
function ReplyView({ reply, onDiscard }: { reply: Reply; onDiscard: () => void }) {
  const [text, setText] = useState(replyText(reply.html));
  const { mail } = reply;
  const people = [mail.from, ...mail.to, ...mail.cc].filter((person) => person.address !== sam.address);
  return (
    <section class="reply" aria-labelledby="reply-title">
      <h2 id="reply-title">
        Reply to all <span class="tag">Not sent</span>
      </h2>
      <p class="hint">
        To: {people.map((person) => person.name).join('; ')}
        <br />
        Subject: {/^re:/i.test(mail.subject) ? mail.subject : `RE: ${mail.subject}`}
      </p>
      <textarea
        aria-label="Text of the reply"
        rows={14}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <div class="row">
        <button type="button" onClick={onDiscard}>
          Discard
        </button>
        <span class="hint">In the demo there is no Send button. In Outlook, only you send.</span>
      </div>
    </section>
  );
}

const root = document.getElementById('mailbox');
if (root) render(<Mailbox />, root);
