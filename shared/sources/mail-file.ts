import PostalMime, { type Address, type Email } from 'postal-mime';
import { HumphreyError } from '../errors.ts';
import type { EmailToRead } from '../ports.ts';
import { labelNamesIn } from '../trust/labels.ts';
import { readMail } from './email-source.ts';
import { isMailText } from './sniff.ts';
import type { SourceFormat } from './source-format.ts';

/** Parts within parts; real mails have about 6. */
const MAX_PART_DEPTH = 30;
/** Bytes of all headers; mails that went through many gateways have 60 KB. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A saved internet message, its attachments included. */
export const mailFile: SourceFormat = {
  label: 'email (.eml)',
  matches: isMailText,
  read: async ({ file, text = '' }, { readFile, depth }) =>
    readMail(asEmail(await parseMail(file.bytes, text), file.name), readFile, depth),
};

async function parseMail(bytes: Uint8Array, text: string): Promise<Email> {
  // A whole message saved as UTF-16 is no internet message any more until it is bytes again, one for each ASCII character.
  const utf16 = bytes.subarray(0, 64).includes(0);
  const options = { forceRfc822Attachments: true, maxNestingDepth: MAX_PART_DEPTH, maxHeadersSize: MAX_HEADER_BYTES };
  try {
    return await PostalMime.parse(utf16 ? Buffer.from(text.replace(/^\uFEFF/, ''), 'utf8') : bytes, options);
  } catch (cause) {
    throw new HumphreyError(
      'unreadable',
      'This email file is damaged. Open it in Outlook, save it again and send that copy, or paste its text.',
      { cause },
    );
  }
}

function asEmail(mail: Email, name: string): EmailToRead {
  const [from] = people(mail.from ? [mail.from] : []);
  const sent = mail.date !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(mail.date) ? mail.date : undefined;
  return {
    subject: mail.subject ?? name,
    from: from ?? {},
    to: people(mail.to ?? []),
    cc: people(mail.cc ?? []),
    ...(sent === undefined ? {} : { sent }),
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.text === undefined ? {} : { text: mail.text }),
    labels: labelNamesIn(mail.headers.map(({ value }) => value).join('\n')),
    attachments: mail.attachments.map((attachment, index) => ({
      name: attachment.filename ?? `attachment ${index + 1} (${attachment.mimeType})`,
      contentType: attachment.mimeType,
      bytes: asBytes(attachment.content),
    })),
  };
}

function people(addresses: Address[]): { name?: string; address: string }[] {
  const mailboxes = addresses.flatMap((one): { name: string; address: string }[] => (one.group === undefined ? [one] : one.group));
  return mailboxes.map(({ name, address }) => ({ address, ...(name === '' ? {} : { name }) }));
}

function asBytes(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}
