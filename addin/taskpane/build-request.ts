import type { EmailSource, TaskOptions, TaskRequest } from '../../shared/contract/task-request.ts';
import type { MailAttachment, MailHost, OpenMail, Person } from './mail-host.ts';
import { MailHostError } from './mail-host.ts';

/** What the person asked for, apart from the mail it is asked about. */
export interface Order {
  task: NonNullable<TaskRequest['task']>;
  instruction?: string;
  options?: TaskOptions;
  includeAttachments: boolean;
}

/** The server takes 24 MB of JSON; base64 makes 3 bytes into 4, which leaves 4 MB for the message itself. */
const MAX_ATTACHMENTS_BYTES = 15 * 1024 * 1024;

export interface ReadingStep {
  done: number;
  total: number;
}

/**
 * Reads the open mail out of Outlook and makes the request of it. Attachments are read one at a time; one that Outlook
 * does not hand over goes by name alone, and the server says so in the answer.
 */
export async function buildRequest(
  order: Order,
  mail: OpenMail,
  host: MailHost,
  onStep: (step: ReadingStep) => void,
): Promise<TaskRequest> {
  const content = await host.readContent();
  const attachments = order.includeAttachments
    ? await readAttachments(mail.attachments, host, onStep)
    : mail.attachments.map(withoutContent);
  // The person may have opened another message meanwhile, and Outlook answers for the one that is open now.
  if (host.readItem()?.key !== mail.key)
    throw new MailHostError(
      'You opened another message while Humphrey was reading. Choose what you want for the message that is open now.',
    );
  const source: EmailSource = {
    kind: 'email',
    subject: mail.subject,
    from: mail.from,
    to: mail.to.filter(hasAddress),
    cc: mail.cc.filter(hasAddress),
    ...(mail.sent ? { sent: mail.sent } : {}),
    html: content.html,
    ...(content.headers ? { headers: content.headers } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
  const { task, instruction, options } = order;
  return { task, ...(instruction ? { instruction } : {}), ...(options ? { options } : {}), itemKey: mail.key, sources: [source] };
}

function hasAddress(person: Person): boolean {
  return person.address !== '';
}

/** Names always go, also of what the person leaves out: a name can carry a marking that the whole message must obey. */
function withoutContent({ name, contentType }: MailAttachment): SentAttachment {
  return { name, ...(contentType ? { contentType } : {}) };
}

type SentAttachment = NonNullable<EmailSource['attachments']>[number];

async function readAttachments(
  attachments: MailAttachment[],
  host: MailHost,
  onStep: (step: ReadingStep) => void,
): Promise<SentAttachment[]> {
  const sent: SentAttachment[] = [];
  let room = MAX_ATTACHMENTS_BYTES;
  for (const [index, attachment] of attachments.entries()) {
    onStep({ done: index + 1, total: attachments.length });
    const named = withoutContent(attachment);
    const base64 =
      attachment.readable && attachment.size <= room ? await host.readAttachment(attachment.id).catch(onlyMailHostErrors) : undefined;
    room -= base64 ? attachment.size : 0;
    sent.push(base64 ? { ...named, base64 } : named);
  }
  return sent;
}

function onlyMailHostErrors(thrown: unknown): undefined {
  if (!(thrown instanceof MailHostError)) throw thrown;
}
