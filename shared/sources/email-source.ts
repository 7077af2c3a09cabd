import type { Notice } from '../contract/task-result.ts';
import { HumphreyError } from '../errors.ts';
import type { ReadSource } from '../passage.ts';
import type { EmailToRead } from '../ports.ts';
import { readAttachments, refuseEncryptedMail } from './attachments.ts';
import { hiddenTextNotice } from './hidden-text-notice.ts';
import { readVisibleHtml } from './html-visible-text.ts';
import { splitMail } from './mail-layers.ts';
import { linesOfBlocks, linesOfText, type MailLine } from './mail-lines.ts';
import { PassageList } from './passage-list.ts';
import type { ReadFile } from './source-format.ts';

/** The HTML of a mail is taken unless its plain text says this much more: some senders put a bare picture in the HTML. */
const RICHER_TEXT = 1.5;

const OWN_ROLES = new Set(['own', 'heading', 'table']);

/** A mail and its attachments: the mail first, then one source for each attachment that has text. */
export async function readMail(email: EmailToRead, readFile: ReadFile, depth: number): Promise<ReadSource[]> {
  refuseEncryptedMail(email.attachments);
  const mail = readBody(email);
  // What is inside is gated by its name too, whether it can be read or not.
  mail.insideNames = [email.subject, ...email.attachments.map(({ name }) => name), ...(email.labels ?? [])];
  const { sources, notices } = await readAttachments(email.attachments, readFile, depth);
  mail.notices.push(...notices);
  if (mail.passages.length > 0) return [mail, ...sources];
  const [first, ...others] = sources;
  if (first)
    return [
      {
        ...first,
        notices: [...mail.notices, ...first.notices],
        hiddenText: [...mail.hiddenText, ...first.hiddenText],
        insideNames: [...mail.insideNames, ...(first.insideNames ?? [])],
      },
      ...others,
    ];
  throw new HumphreyError('empty-source', emptyMail(mail.notices));
}

function emptyMail(notices: Notice[]): string {
  const reasons = notices.filter((notice) => notice.code.startsWith('attachment-')).map((notice) => notice.message);
  if (reasons.length > 0) return `This email has no text of its own, and nothing in its attachments could be read. ${reasons.join(' ')}`;
  return 'This email has no text that can be read. Open the email that holds the text, or paste the text.';
}

function readBody(email: EmailToRead): ReadSource {
  const name = email.subject.trim() === '' ? 'Email without a subject' : email.subject.trim();
  const { lines, hidden } = bodyLines(email);
  const list = new PassageList();
  let message = 0;
  const paragraphs = splitMail(lines);
  for (const { text, role, ...place } of paragraphs) {
    if (place.message !== message) list.startPlace(place);
    message = place.message;
    list.add(text, role);
  }
  const notices = [...hiddenTextNotice('This email', hidden.length), ...list.notices('This email')];
  if (
    list.passages.length > 0 &&
    list.passages.some((passage) => passage.role === 'quoted') &&
    !list.passages.some((passage) => OWN_ROLES.has(passage.role))
  ) {
    notices.push({
      code: 'only-quoted-text',
      message: 'This email has no new text: all of it is quoted from earlier emails. We read the quoted text.',
    });
  }
  return { kind: 'email', name, passages: list.passages, notices, hiddenText: hidden, envelope: envelopeOf(email) };
}

function bodyLines({ html, text }: EmailToRead): { lines: MailLine[]; hidden: string[] } {
  const plain = linesOfText(text ?? '');
  if (html === undefined || html.trim() === '') return { lines: plain, hidden: [] };
  const { blocks, hidden } = readVisibleHtml(html);
  const lines = linesOfBlocks(blocks);
  const length = (some: MailLine[]): number => some.reduce((sum, line) => sum + line.text.length, 0);
  return { lines: length(plain) > length(lines) * RICHER_TEXT && hidden.length === 0 ? plain : lines, hidden };
}

function envelopeOf({ subject, from, to, cc, sent }: EmailToRead): NonNullable<ReadSource['envelope']> {
  const person = from.name ?? from.address;
  return {
    subject,
    to: [...to, ...cc].map((one) => one.name ?? one.address),
    ...(person === undefined ? {} : { from: person }),
    ...(from.address === undefined ? {} : { fromAddress: from.address }),
    ...(sent === undefined ? {} : { sent }),
  };
}
