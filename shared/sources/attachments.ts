import type { Notice } from '../contract/task-result.ts';
import { asHumphreyError, HumphreyError } from '../errors.ts';
import type { ReadSource } from '../passage.ts';
import type { EmailToRead } from '../ports.ts';
import { MAX_ATTACHMENT_DEPTH, MAX_ATTACHMENTS_READ } from './read-limits.ts';
import type { ReadFile } from './source-format.ts';

type Attachment = EmailToRead['attachments'][number];

/** Content that only the right mailbox can open: encrypted S/MIME and PGP, and Microsoft's protected messages. */
const ENCRYPTED_TYPE = /^application\/(?:(?:x-)?pkcs7-mime|pgp-encrypted|x-microsoft-rpmsg-message)$/i;
/** What proves a signature says nothing to a reader. */
const SIGNATURE_TYPE = /^application\/(?:(?:x-)?pkcs7-signature|pgp-signature)$/i;
/** Parts that machines write for machines; what they say to people stands in the mail itself. */
const NOT_FOR_READING: readonly (readonly [RegExp, string])[] = [
  [/^text\/calendar$|^application\/ics$/i, 'it is a calendar entry; its time and place stand in the invitation'],
  [/^text\/(?:x-)?vcard$|^text\/directory$/i, 'it is a contact card'],
  [/^text\/rfc822-headers$/i, 'it holds only the headers of another email'],
];

/** Throws `encrypted` for a mail whose text is locked away in an attachment. */
export function refuseEncryptedMail(attachments: readonly Attachment[]): void {
  if (!attachments.some(({ name, contentType }) => ENCRYPTED_TYPE.test(contentType ?? '') || /\.(?:rpmsg|p7m)$/i.test(name))) return;
  throw new HumphreyError(
    'encrypted',
    'This email is encrypted or protected. If you may share its text, open it in Outlook, copy the text and paste it here.',
  );
}

/** Each attachment that has text as a source of its own; every other one named in a notice. One failure never costs the rest. */
export async function readAttachments(
  attachments: readonly Attachment[],
  readFile: ReadFile,
  depth: number,
): Promise<{ sources: ReadSource[]; notices: Notice[] }> {
  const sources: ReadSource[] = [];
  const notices: Notice[] = [];
  const pictures: string[] = [];
  let read = 0;
  for (const attachment of attachments) {
    const { name, bytes, contentType } = attachment;
    if (SIGNATURE_TYPE.test(contentType ?? '')) continue;
    if (contentType?.startsWith('image/') === true) {
      pictures.push(name);
      continue;
    }
    const reason = whySkipped(attachment, read, depth);
    if (reason !== undefined || !bytes) {
      notices.push({ code: 'attachment-skipped', message: `The attachment ${name} was not read: ${reason ?? ''}.` });
      continue;
    }
    read += 1;
    try {
      const found = await readFile({ name, bytes, ...(contentType === undefined ? {} : { contentType }) }, depth + 1);
      sources.push(...found.map((source, place) => (place === 0 ? { ...source, kind: 'attachment', name } : source)));
    } catch (thrown) {
      notices.push(failureNotice(name, thrown));
    }
  }
  return { sources, notices: [...notices, ...pictureNotice(pictures)] };
}

function whySkipped({ bytes, contentType }: Attachment, read: number, depth: number): string | undefined {
  if (!bytes) return 'it came without its content';
  if (read >= MAX_ATTACHMENTS_READ) return `only the first ${MAX_ATTACHMENTS_READ} are read`;
  if (depth >= MAX_ATTACHMENT_DEPTH) return 'it is an attachment inside an attached email; open that email and ask again';
  return NOT_FOR_READING.find(([type]) => type.test(contentType ?? ''))?.[1];
}

function pictureNotice(names: string[]): Notice[] {
  if (names.length === 0) return [];
  const pictures = new Intl.ListFormat('en-GB').format(names.slice(0, 10));
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return [{ code: 'attachment-skipped', message: `Pictures in the email were not read: ${pictures}${more}.` }];
}

function failureNotice(name: string, thrown: unknown): Notice {
  const error = asHumphreyError(thrown);
  const code = error.code === 'unsupported-type' ? 'attachment-skipped' : 'attachment-failed';
  // Beside a list of attachments the remedy is enough; what can be read instead would be said for each.
  const remedy = error.details?.remedy;
  return { code, message: `The attachment ${name} was not read. ${typeof remedy === 'string' ? remedy : error.message}` };
}
