import { escapeHtml } from '../ui/escape-html.ts';

/** A mail of the demo mailbox. Bodies are written once, as blocks, and shown and sent from the same blocks. */
export interface SampleMail {
  id: string;
  subject: string;
  from: SamplePerson;
  to: SamplePerson[];
  cc: SamplePerson[];
  /** ISO 8601. */
  sent: string;
  body: Block[];
  attachments: SampleAttachment[];
}

export interface SamplePerson {
  name: string;
  address: string;
}

export type SampleAttachment = { id: string; name: string; contentType: string } & ({ text: string } | { address: string; size: number });

/** A paragraph, or one of the other things that mails hold. `hidden` is text that the reader cannot see, as newsletters carry. */
export type Block = string | { list: string[] } | { table: string[][] } | { hidden: string } | { signature: string[] } | { quoted: Quoted };

/** An earlier message under this one, as Outlook quotes it. */
export interface Quoted {
  from: SamplePerson;
  to: SamplePerson;
  sent: string;
  subject: string;
  body: Block[];
}

/** The body as Outlook on the web hands it to an add-in. */
export function bodyHtml(body: Block[]): string {
  return `<div class="WordSection1">${body.map(blockHtml).join('')}</div>`;
}

function blockHtml(block: Block): string {
  if (typeof block === 'string') return `<p class="MsoNormal">${escapeHtml(block)}</p>`;
  if ('list' in block) return `<ul>${block.list.map((item) => `<li class="MsoNormal">${escapeHtml(item)}</li>`).join('')}</ul>`;
  if ('table' in block) {
    const rows = block.table.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`);
    return `<table border="1"><tbody>${rows.join('')}</tbody></table>`;
  }
  if ('hidden' in block) return `<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(block.hidden)}</div>`;
  if ('signature' in block) return `<p class="MsoNormal">${block.signature.map(escapeHtml).join('<br>')}</p>`;
  return quotedHtml(block.quoted);
}

function quotedHtml({ from, to, sent, subject, body }: Quoted): string {
  const heading = quotedHeading({ from, to, sent, subject }).map(([name, value]) => `<b>${name}:</b> ${escapeHtml(value)}`);
  return `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">${heading.join('<br>')}</p></div></div>${body.map(blockHtml).join('')}`;
}

/** The lines that Outlook puts above a quoted message. */
export function quotedHeading({ from, to, sent, subject }: Omit<Quoted, 'body'>): [string, string][] {
  return [
    ['From', `${from.name} <${from.address}>`],
    [
      'Sent',
      new Date(sent).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/London' }).replace(' at ', ' '),
    ],
    ['To', `${to.name} <${to.address}>`],
    ['Subject', subject],
  ];
}

/** The body as plain text, which is what clients give for the text form. */
export function bodyText(body: Block[]): string {
  return body.map(blockText).join('\n\n');
}

function blockText(block: Block): string {
  if (typeof block === 'string') return block;
  if ('list' in block) return block.list.map((item) => `* ${item}`).join('\n');
  if ('table' in block) return block.table.map((row) => row.join('\t')).join('\n');
  if ('hidden' in block) return block.hidden;
  if ('signature' in block) return block.signature.join('\n');
  const heading = quotedHeading(block.quoted).map(([name, value]) => `${name}: ${value}`);
  return `${heading.join('\n')}\n\n${bodyText(block.quoted.body)}`;
}
