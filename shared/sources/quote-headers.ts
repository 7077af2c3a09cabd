import type { MailLine } from './mail-lines.ts';

/** The words that begin a quoted mail: how many lines they take, and whom they name. */
export interface QuoteHeader {
  lines: number;
  author?: string;
  time?: string;
}

const RULE =
  /^[-_=*\s]{0,40}(?:original message|original appointment|forwarded message|begin forwarded message|reply message|message d'origine|message transféré|ursprüngliche nachricht|weitergeleitete nachricht|mensaje original|messaggio originale|oorspronkelijk bericht|neges wreiddiol)[-_=*:\s]{0,40}$/i;
const LINE_OF_SCORES = /^_{10,}$/;
const FROM = /^[*>\s]{0,4}(?:from|von|de|da|van|från|fra|od|lähettäjä|oddi wrth|expéditeur|mittente)\s{0,3}:\*?\s{0,4}(.{0,300})$/i;
const OTHER_FIELD =
  /^[*>\s]{0,4}(?:sent|date|to|cc|subject|reply-to|importance|when|where|gesendet|datum|an|betreff|envoyé|objet|à|enviado|para|fecha|asunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|lähetetty|vastaanottaja|aihe|wedi'i anfon|at|pwnc|data|temat|do)\s{0,3}:\*?\s{0,4}(.{0,500})$/i;
const SENT =
  /^[*>\s]{0,4}(?:sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|verzonden|skickat|sendt|lähetetty|wedi'i anfon|data)\s{0,3}:\*?\s{0,4}(.{1,200})$/i;
const WROTE =
  /^(?:on|am|le|el|il|op|em|den|på|ar|w dniu|dnia)\b.{5,400}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|ysgrifennodd|napisała?)\b.{0,120}?[:：]$/i;
const WROTE_LAST =
  /^.{0,40}\d.{3,300}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|kirjoitti|napisała?|írta|пишет|написала?)\s{0,2}[:：]$/i;

/** Fields of a header block stand close together; this many lines are looked at, some being the ends of long ones. */
const HEADER_LINES = 12;
/** "On … wrote:" breaks over as many lines as this. */
const WROTE_LINES = 4;

/** The header that begins at line `at`, if one does. */
export function quoteHeaderAt(lines: readonly MailLine[], at: number): QuoteHeader | undefined {
  const text = lines[at]?.text ?? '';
  if (RULE.test(text) || LINE_OF_SCORES.test(text)) {
    const fields = fieldsAt(lines, at + 1);
    if (fields) return { ...fields, lines: fields.lines + 1 };
    return RULE.test(text) ? { lines: 1 } : undefined;
  }
  return fieldsAt(lines, at) ?? wroteAt(lines, at);
}

function fieldsAt(lines: readonly MailLine[], at: number): QuoteHeader | undefined {
  const from = FROM.exec(lines[at]?.text ?? '')?.[1];
  if (from === undefined) return undefined;
  const header: QuoteHeader = { lines: 1 };
  let fields = 0;
  for (let place = at + 1; place < Math.min(lines.length, at + HEADER_LINES); place += 1) {
    const text = lines[place]?.text ?? '';
    if (!OTHER_FIELD.test(text)) {
      // A long list of recipients runs over to the next line; the body begins with a paragraph of its own.
      if (fields > 0 && (lines[place]?.starts === true || !OTHER_FIELD.test(lines[place + 1]?.text ?? ''))) break;
      continue;
    }
    fields += 1;
    const time = SENT.exec(text)?.[1];
    if (time !== undefined) header.time ??= time.replace(/\*/g, '').trim();
    header.lines = place - at + 1;
  }
  // One field beside "From:" may be chance; a mail's header has at least a date or a subject and a recipient.
  if (fields < 2) return undefined;
  const author = nameOnly(from);
  return { ...header, ...(author === '' ? {} : { author }) };
}

function wroteAt(lines: readonly MailLine[], at: number): QuoteHeader | undefined {
  let joined = '';
  for (let count = 1; count <= WROTE_LINES && lines[at + count - 1]; count += 1) {
    const line = lines[at + count - 1];
    if (!line || (count > 1 && (line.depth !== lines[at]?.depth || line.kind !== 'text'))) return undefined;
    joined = `${joined} ${line.text}`.trim();
    if (joined.length > 500) return undefined;
    if (WROTE.test(joined) || (WROTE_LAST.test(joined) && count <= 2)) return { lines: count, ...whoWrote(joined) };
  }
  return undefined;
}

function whoWrote(text: string): { author?: string; time?: string } {
  const inner = text
    .replace(/^(?:on|am|le|el|il|op|em|den|på|ar)\s/i, '')
    .replace(/,?\s*(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|ysgrifennodd)\b.*$/i, '');
  const [, time, author] =
    /^(.{0,120}?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?)[,\s]+(.{1,200})$/i.exec(inner) ??
    /^(.{0,120}\d{4}),\s(.{1,200})$/.exec(inner) ??
    [];
  const name = nameOnly(author ?? '');
  return { ...(time === undefined ? {} : { time: time.trim() }), ...(name === '' ? {} : { author: name }) };
}

/** The name of `Name <address>` and its variants, the address where there is no name. */
function nameOnly(text: string): string {
  const plain = text.replace(/\*/g, '').trim();
  const name = plain
    .replace(/\s*(?:<[^>]*>?|\[mailto:[^\]]*\]?|\(mailto:[^)]*\)?).*$/, '')
    .replace(/^["']|["']$/g, '')
    .trim();
  return (name === '' ? plain.replace(/[<>]/g, '') : name).slice(0, 200);
}
