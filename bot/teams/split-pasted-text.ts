/** Words below which what follows "Summarise this:" is still part of the request: one or two sentences. */
const MIN_MATERIAL_WORDS = 40;
/** After "Summarise this:" whatever follows is what is meant. */
const MIN_ANNOUNCED_WORDS = 3;
/** What announces a text; "Draft a reply: say that …" announces what to write. */
const ANNOUNCES =
  /^(?!.*\b(?:draft|write|reply|respond|answer)\b).*\b(?:summ?ar\w*|tl;?dr|rewrite|rephrase|reword|shorten|simplify|polish|proof-?read|improve|fix|this|these|following|below)\b/iu;
/** Characters of the longest request that people type before or after material. */
const MAX_REQUEST_CHARACTERS = 300;
/** A message longer than this holds material: 600 characters are four times the longest request in common use. */
const MAX_BARE_REQUEST_CHARACTERS = 600;

/** The first words of a request in English; a line that begins otherwise is taken for material. */
const REQUEST_START =
  /^(?:(?:hi|hello|hey|please|pls|thanks|ok|and|now|so|also|just|quickly|humphrey)[\s,:;!–-]+)*(?:(?:can|could|would|will) you|i (?:need|want|would like)|i'd like|help me|summ?ar\w+|tl;?dr|recap|brief|outline|explain|list|find|extract|pull out|identify|highlight|draft|write|compose|prepare|reply|respond|answer|acknowledge|accept|decline|thank|rewrite|re-write|rephrase|reword|redraft|shorten|simplify|polish|proof-?read|tidy|check|improve|fix|make|turn|put|translate|compare|give|tell|show|key points|main points|actions?|action points|next steps|what|who|when|where|why|how|which|is|are|was|were|does|do|did|has|have|should)\b/iu;

/** The top of a quoted or pasted mail. */
const QUOTED_MAIL = /^(?:>|From:\s|-{2,}\s*(?:Original Message|Forwarded message)|_{10,}\s*$|On .{5,120} wrote:\s*$)/imu;

export interface SplitText {
  /** '' when the whole text is material. */
  instruction: string;
  material?: string;
}

/**
 * Parts what a person asks from what they pasted: "Summarise this:" then a text, a text then "can you reply to this?",
 * or a forwarded mail below a line of request. A short message is all request; a long one without a request is all material.
 */
export function splitPastedText(text: string): SplitText {
  const whole = text.trim();
  const quoted = QUOTED_MAIL.exec(whole);
  if (quoted && quoted.index > 0) {
    const before = whole.slice(0, quoted.index).trim();
    if (before.length <= MAX_REQUEST_CHARACTERS * 2) return { instruction: before, material: whole.slice(quoted.index).trim() };
  }
  if (quoted?.index === 0 && isMaterial(whole)) return fromTheEnd(whole) ?? { instruction: '', material: whole };
  return (
    fromTheStart(whole) ??
    fromTheEnd(whole) ??
    (whole.length > MAX_BARE_REQUEST_CHARACTERS ? { instruction: '', material: whole } : { instruction: whole })
  );
}

/** Whether the words read like something asked of Humphrey, rather than something told. */
export function readsLikeRequest(text: string): boolean {
  return REQUEST_START.test(text.trim()) || /\?\s*$/u.test(text.trim());
}

function fromTheStart(whole: string): SplitText | undefined {
  for (const end of requestEnds(whole)) {
    const instruction = whole.slice(0, end).trim();
    const material = whole.slice(end).replace(/^[\s:]+/u, '');
    const isAnnounced = whole.charAt(end) === ':' && ANNOUNCES.test(instruction) && wordsIn(material) >= MIN_ANNOUNCED_WORDS;
    if (instruction.length <= MAX_REQUEST_CHARACTERS && readsLikeRequest(instruction) && (isAnnounced || isMaterial(material))) {
      return { instruction: instruction.replace(/[\s:–-]+$/u, ''), material };
    }
  }
  return undefined;
}

/** Where a request at the start may end: its line; else a colon or (in a long message) its first sentence, whichever comes first. */
function requestEnds(whole: string): number[] {
  const line = whole.indexOf('\n');
  const colon = /:\s/u.exec(whole)?.index ?? Infinity;
  const sentence = whole.length > MAX_BARE_REQUEST_CHARACTERS ? (/[.?!]\s/u.exec(whole)?.index ?? Infinity) : Infinity;
  const inLine = sentence < colon ? sentence + 1 : colon;
  return [...(line < 0 ? [] : [line]), ...(inLine === Infinity ? [] : [inLine])];
}

/** People also paste first and ask last. */
function fromTheEnd(whole: string): SplitText | undefined {
  const lastLine = whole.lastIndexOf('\n');
  if (lastLine < 0) return undefined;
  const instruction = whole.slice(lastLine).trim();
  const material = whole.slice(0, lastLine).trim();
  return instruction.length <= MAX_REQUEST_CHARACTERS && readsLikeRequest(instruction) && isMaterial(material)
    ? { instruction, material }
    : undefined;
}

function isMaterial(text: string): boolean {
  return wordsIn(text) >= MIN_MATERIAL_WORDS;
}

function wordsIn(text: string): number {
  return text.split(/\s+/u).filter((word) => word !== '').length;
}
