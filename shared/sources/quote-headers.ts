import type { MailLine } from './mail-lines.ts';

/** The words that begin a quoted mail: how many lines they take, and whom they name. */
export interface QuoteHeader {
  lines: number;
  author?: string;
  time?: string;
}

const RULE_WORDS =
  "(?:original message|original appointment|forwarded message|reply message|message d'origine|message transféré|ursprüngliche nachricht|weitergeleitete nachricht|mensaje original|messaggio originale|oorspronkelijk bericht|neges wreiddiol)";
/** With a rule around it, or the words Apple Mail uses: nothing else need follow. */
const RULE = new RegExp(`^(?:[-_=*]{2,40}\\s{0,4}${RULE_WORDS}\\s{0,4}[-_=*]{0,40}:?|begin forwarded message:)$`, 'i');
/** Nothing by itself: somebody may write these words. */
const BARE_RULE = new RegExp(`^(?:${RULE_WORDS}:?|_{10,}|-{10,})$`, 'i');
/** The colon after a field's name; a header laid out as a table has a semicolon after it. */
const COLON = '\\s{0,3}:;?\\*?;?\\s{0,4}';
const FROM = new RegExp(
  `^[*>\\s]{0,4}(?:from|von|de|da|van|från|fra|od|от|lähettäjä|oddi wrth|expéditeur|mittente)${COLON}(.{0,300})$`,
  'i',
);
const SENT_WORDS =
  "sent|date|gesendet|datum|envoyé(?: le)?|enviado(?: el)?|fecha|inviato|verzonden|skickat|sendt|lähetetty|отправлено|дата|wedi'i anfon|data";
const SENT = new RegExp(`^[*>\\s]{0,4}(?:${SENT_WORDS})${COLON}(.{1,200})$`, 'i');
const OTHER_FIELD = new RegExp(
  `^[*>\\s]{0,4}(?:${SENT_WORDS}|to|cc|subject|reply-to|importance|when|where|an|betreff|objet|à|para|asunto|a|oggetto|aan|onderwerp|till|ämne|til|emne|vastaanottaja|aihe|at|pwnc|temat|do|кому|тема)${COLON}(.{0,500})$`,
  'i',
);
const WROTE_WORDS =
  '(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|ysgrifennodd|kirjoitti|napisała?(?:\\(a\\))?|írta|пишет|написала?)';
/** `On <date>, <name> wrote:` and its likes; a date has a digit. */
const WROTE = new RegExp(
  `^[-\\s]{0,10}(?:on|am|le|el|il|op|em|den|på|ar|w dniu|dnia)\\s(?=.{0,120}\\d).{5,400}\\b${WROTE_WORDS}(?:\\s.{0,120})?\\s{0,3}(?:[:：]|-{2,})$`,
  'i',
);
/** A date, a name, "wrote:" in one line. */
const WROTE_IN_ONE_LINE = new RegExp(`^.{0,40}\\d.{3,300}(?:\\s|>)${WROTE_WORDS}\\s{0,2}[:：]$`, 'i');

/** After a long name and address, the verb may stand on the next line. */
const WROTE_FIRST = new RegExp(`^${WROTE_WORDS}`, 'i');

/** Fields of a header block stand close together; this many lines are looked at, some being the ends of long ones. */
const HEADER_LINES = 12;
/** "On … wrote:" breaks over as many lines as this. */
const WROTE_LINES = 4;

/** The header that begins at line `at`, if one does. */
export function quoteHeaderAt(lines: readonly MailLine[], at: number): QuoteHeader | undefined {
  const text = lines[at]?.text ?? '';
  const rule = RULE.test(text);
  if (rule || BARE_RULE.test(text)) {
    const fields = fieldsAt(lines, at + 1);
    if (fields) return { ...fields, lines: fields.lines + 1 };
    return rule ? { lines: 1 } : undefined;
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
  const first = lines[at];
  if (!first || first.kind !== 'text') return undefined;
  if (WROTE_IN_ONE_LINE.test(first.text)) return { lines: 1, ...whoWrote(first.text) };
  const texts: string[] = [];
  for (let place = at; place < at + WROTE_LINES; place += 1) {
    const line = lines[place];
    if (!line || (place > at && ((line.starts && !WROTE_FIRST.test(line.text)) || line.depth !== first.depth))) return undefined;
    texts.push(line.text);
    const joined = texts.join(' ');
    if (!WROTE.test(joined)) continue;
    // A sentence of the mail's own may stand before it in the same paragraph: the header is the shortest end that is one.
    const shorter = texts.some((_, index) => index > 0 && WROTE.test(texts.slice(index).join(' ')));
    return shorter ? undefined : { lines: texts.length, ...whoWrote(joined) };
  }
  return undefined;
}

const TIME_THEN_NAME = /^(.{0,120}?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s(?:[+-]\d{4}|[A-Z]{3,4}\b))?)[,\s]+(.{1,200})$/i;
const DATE_THEN_NAME = /^(.{0,120}\d{4}),\s(.{1,200})$/;

function whoWrote(text: string): { author?: string; time?: string } {
  const inner = text
    .replace(/^[-\s]*(?:on|am|le|el|il|op|em|den|på|ar|w dniu|dnia)\s/i, '')
    .replace(new RegExp(`,?\\s*${WROTE_WORDS}(?:\\s.*|\\s*[:：])?$`, 'i'), '');
  const [, time, author] = TIME_THEN_NAME.exec(inner) ?? DATE_THEN_NAME.exec(inner) ?? [];
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
