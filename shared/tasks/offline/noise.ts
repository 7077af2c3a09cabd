import type { Sentence } from './sentences.ts';

/** Lines that mail programs, newsletters and document makers add to every text: true of the sender, never of the subject. */
const BOILERPLATE: readonly RegExp[] = [
  /\bunsubscribe\b|\bopt[- ]out of\b|\bmanage (?:your )?(?:subscriptions?|preferences)\b|\bupdate your preferences\b|\bemail preferences\b/iu,
  /\bview (?:this|it) (?:e-?mail |message )?(?:in|on) (?:your |a |the )?(?:web )?browser\b|\bview online\b|\bhaving trouble viewing\b|\badd us to your address book\b/iu,
  /\b(?:this|the) (?:e-?mail|message|communication|transmission)\b.{0,80}\b(?:confidential|privileged|intended (?:only|solely)|addressee)/iu,
  /\bintended (?:solely|only|exclusively) for (?:the )?(?:use of |attention of )?(?:the )?(?:addressee|individual|named|intended|recipient|person)/iu,
  /\bif you (?:have received|are not the intended|received|are not the named)\b.{0,80}\b(?:error|mistake|recipient|addressee)/iu,
  /\bnot the intended recipient\b|\bnotify the sender\b|\bdelete (?:it|this e-?mail|the message) (?:from|immediately)/iu,
  /\b(?:scanned|checked|swept) (?:for|by)\b.{0,40}\b(?:virus|malware|mimecast|symantec)/iu,
  /\bconsider the environment before printing\b|\bplease don[’']t print this\b/iu,
  /\bviews (?:or opinions )?expressed\b.{0,60}\b(?:author|sender|necessarily)/iu,
  /\bregistered (?:office|in england|company|charity)\b.{0,80}\d|\bcompany (?:registration )?(?:no|number)\b/iu,
  /\ball rights reserved\b|©|\(c\) (?:crown )?copyright|\bcrown copyright\b|\bopen government licence\b/iu,
  /\bprivacy (?:policy|notice|statement)\b.{0,60}(?:https?:|click|here|website)|\bterms (?:of use|and conditions) apply\b/iu,
  /\b(?:newsletter (?:nicht mehr|abbestellen|abmelden)|abmelden|d[ée]sabonner|d[ée]sinscrire|ne souhaitez plus recevoir|dad-?danysgrifio)\b/iu,
  /^sent from my \w+|^get outlook for \w+|^sent via \w+/iu,
  /\bcaution: this (?:e-?mail|message)\b|\boriginated from outside\b|\bexternal (?:e-?mail|sender)\b.{0,40}\b(?:caution|click|links?)/iu,
  /^(?:click here|follow us|find us on|forward to a friend|share this|read more|learn more|download (?:now|here))\b.{0,60}$/iu,
  /^page \d+(?: of \d+)?$|^\d+ \| ?page$/iu,
  /\byou (?:are receiving|received|have received) this (?:e-?mail|message|newsletter) because\b|\bthis (?:e-?mail|message) was sent to\b|\b(?:do not|don[’']t) reply to this (?:e-?mail|message)\b/iu,
  /^-{2,}\s*(?:original|forwarded) message|^_{5,}|^(?:from|to|cc|bcc|subject|sent|date):\s/iu,
  /\bdial[- ]in\b.{0,40}\d{4}|\bmeeting id:|\bpasscode:|^join (?:the meeting|on your computer|microsoft teams meeting)/iu,
];

const GREETING =
  /^(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|morning|afternoon|annwyl|helo|bore da|prynhawn da)\b[^.?!]{0,50}[,!.:–-]?$/iu;
const FAREWELL =
  /^(?:(?:kind|best|warm|many|with)(?: kind| best)? (?:regards|wishes|thanks)|regards|best|thanks(?: again| very much| so much| all| both)?|thank you(?: (?:again|very much|so much|all))?|cheers|yours (?:sincerely|faithfully|truly|ever)|sincerely|all the best|diolch(?: yn fawr)?|cofion(?: gorau)?|yn gywir)[\s,.!]*(?:\p{Lu}\p{L}+[\s,.]*){0,3}$/iu;

/** Polite openings and closings that a mail could do without; they are read, but are not what it says. */
const PLEASANTRY =
  /^(?:(?:many )?thanks|thank you|i hope|hope (?:you|this|all)|trust (?:you|this)|happy to|apologies|sorry (?:for|to)|further to|following (?:our|your|up)|as (?:discussed|promised|requested)|great to|good to|nice to|lovely to|please (?:see|find)|see (?:attached|below)|attached (?:is|are)|any (?:questions|problems|queries)|(?:i )?look(?:ing)? forward)\b/iu;

/** How much a sentence counts for its manners: 1 where it says something of its own. */
export function mannersWeight(text: string): number {
  return PLEASANTRY.test(text) && text.split(' ').length < 25 ? 0.35 : 1;
}

/** A line that a plain-text mail repeats from the one it answers. */
const REPEATED_LINE = /^>+ ?\S/u;

/** Whether a sentence is an added or repeated line, a greeting or a farewell: it is never quoted as a key sentence. */
export function isBoilerplate(text: string): boolean {
  return REPEATED_LINE.test(text) || GREETING.test(text) || FAREWELL.test(text) || BOILERPLATE.some((pattern) => pattern.test(text));
}

/** What a machine wrote for a machine: header fields, ids, bare addresses of pages, bounce codes. */
export function isMachineText(text: string): boolean {
  if (/^[\p{L}]+(?:-[\p{L}]+)+: \S|^(?:From|Received|Return-Path) \S+@|\bX-[A-Z]\w*-|^(?:<<<|>>>)/u.test(text)) return true;
  const words = text.replace(/(?:https?:|www\.)\S+|\S+@\S+|\[(?:image|cid)[^\]]*\]/giu, '');
  return words.replace(/[^\p{L}]/gu, '').length < text.length * 0.35;
}

/** Words that announce what a reader looks for: the cue method of Edmundson (1969), with the words of officials. */
const CUES: readonly RegExp[] = [
  /\b(?:we|i|they|it|committee|government|department|board|group|minister|ministers|secretary of state|authority|review|report) (?:\p{L}+ly )?(?:recommends?|proposes?|concludes?|concluded|decided|agreed|agrees?|announced?|intends?|proposed|recommended|found|finds)\b/iu,
  /\b(?:purpose|aim|objective|main (?:aim|finding|point|reason|change)s?|preferred option|recommendation is|in summary|in conclusion|overall|key (?:risk|finding|point|message|issue)s?)\b/iu,
  /\b(?:ministers?|approval|decision|deadline|must|risk|cost|saving|budget)\b.{0,60}\b(?:by|before|will|would|need|needs|required|approve|agree|is|are)\b/iu,
];

/** Headings under which a document says what it is for and what it comes to. */
const CUE_HEADING =
  /\b(?:purpose|summary|recommendations?|conclusions?|key (?:points|messages|findings|issues)|decisions?|overview|introduction|what (?:is being done|does the|are the)|main (?:points|findings)|next steps|issue|crynodeb|casgliad(?:au)?|argymhell(?:ion)?)\b/iu;

/** What a sentence's own announcing words and its heading add: 1 where neither announces anything. */
export function cueWeight(text: string, heading: string | undefined): number {
  return (CUES.some((cue) => cue.test(text)) ? 1.25 : 1) * (heading !== undefined && CUE_HEADING.test(heading) ? 1.3 : 1);
}

/** A short line without a full stop, as headings are where a document does not mark them. */
export function readsLikeHeading({ passage, text }: Sentence): boolean {
  return (
    passage.role === 'heading' ||
    (text === passage.text.trim() && text.split(' ').length <= 8 && /^[\p{Lu}\d]/u.test(text) && !/[.!,;]$/u.test(text))
  );
}

/**
 * How much a sentence reads like prose, 0 to 1: a title, a row of figures, a list of addresses or a run-on of a hundred words
 * says little by itself however central its words are.
 */
export function proseWeight(sentence: Sentence): number {
  const { text } = sentence;
  const letters = text.replace(/[^\p{L}\s]/gu, '').length / text.length;
  let weight = letters < 0.7 ? 0.4 : 1;
  if (/https?:|www\.|\S@\S/u.test(text)) weight *= 0.6;
  if (!/[.!?…。]["'”’)\]]*$/u.test(text) && !/[;:,]$/u.test(text)) weight *= 0.7;
  // "Two questions from the Minister:" leads to something and says nothing.
  if (/:$/u.test(text)) weight *= 0.3;
  if (/^\p{Ll}/u.test(text)) weight *= 0.5;
  if (/^\p{Lu}[\p{Lu}\s\d\p{P}]+$/u.test(text)) weight *= 0.4;
  const words = text.split(/\s+/u);
  // A list of names or titles: most of its words are capitalised.
  const capitals = words.filter((word) => /^[("“‘']?\p{Lu}/u.test(word)).length / words.length;
  if (words.length > 6 && capitals > 0.45) weight *= capitals > 0.7 ? 0.1 : 0.4;
  if (sentence.passage.role === 'table') weight *= 0.3;
  if (sentence.passage.role === 'note') weight *= 0.5;
  return weight;
}
