import { looksLikeName, NAME_PATTERN } from './names.ts';

/** How sure it is that a sentence asks for something: a person decides about `maybe`. */
export type RequestTier = 'sure' | 'maybe';

/** Courtesies and notices that sound like a request and ask for nothing. */
const COURTESY =
  /\bplease (?:find|note|be (?:aware|advised|informed|assured)|see (?:below|attached|the attached)|accept (?:my|our)|excuse|forgive|ignore|disregard|remember that|do not hesitate|don[’']t hesitate|feel free)\b|\b(?:do not|don[’']t) hesitate\b|\bfeel free to\b|\bas you (?:can see|know)\b|\bif you (?:have|need|require) any (?:questions?|quer(?:y|ies)|further|other|more)\b|\bplease (?:contact|call|email|e-mail|ring) (?:me|us) if\b|\bif you no longer wish\b|\b(?:to|if you (?:want|wish|would like) to) (?:unsubscribe|opt out|ensure delivery)\b|\b(?:address book|contacts list|safe[- ]sender)\b|\b(?:no longer|not|prefer not to|discontinue)\b.{0,40}\b(?:receive|receiving|hear from|mail)\b.{0,60}\b(?:please|e-?mails?|messages?)\b|\bplease (?:bear with|do not (?:reply|respond) to this)\b|\bplease (?:click|tap|visit|press|copy|go to)\b|\b(?:click|tap) (?:here|below|on the link|the (?:link|button|following))\b|\b(?:app store|free (?:gift|trial|delivery))\b|\bi look forward to (?:seeing|meeting)\b|\bfor (?:further|more|any) (?:information|details|questions)\b|\bplease (?:read|refer to|consult|see) (?:our|the|section|paragraph|annex|page)\b/iu;

/** Asked and answered by the writer, or asked of nobody. */
const RHETORICAL =
  /^(?:(?:so |and |but |well,? )?(?:why|what|how) (?:is|does|did|has|are) (?:this|that|it) (?:matter|mean|important|work)|who knows|what next|what[’']s new|what[’']s next|how do (?:i|we) |(?:are you|do you|have you ever|want) (?:ready|looking|tired|interested|want(?:ing)? to|ever|know (?:that|how|what))\b|(?:want|looking|ready|need|interested|tired|like|love)\b)|\bisn[’']t it\?$|\bright\?$/iu;

/** Verbs that officials ask of each other; other verbs are too often a title ("Report of") or a fact. */
export const VERBS = `(?:add|address|advise|agree|amend|answer|approve|arrange|ask|assess|assign|attend|book|bring|call|cancel|chase|check|circulate|clarify|clear|collate|come back|comment|complete|confirm|consider|contact|copy|correct|cover|decide|delete|discuss|draft|email|e-mail|ensure|escalate|explain|feed back|file|fill in|finalise|find out|follow up|forward|get back|get|give|hold|identify|include|inform|invite|join|keep|let|liaise|list|look|make sure|make|meet|move|nominate|note|organise|outline|pass|pay|phone|pick up|plan|prepare|present|print|produce|provide|publish|push|put|raise|read|record|remind|remove|reply|report|request|reschedule|resend|respond|return|review|revise|ring|schedule|send|set out|set up|share|show|sign off|sign|sort|speak|submit|suggest|supply|take|talk|tell|test|turn|update|upload|use|verify|work|write)`;
/** Verbs that officials give each other in lists of actions; a lone "Report" or "Plan" at the start of a line is a title. */
const IMPERATIVE = new RegExp(
  `^(?:(?:and|then|also|so|but|first|finally|next|just|kindly),? )?(?:(?:do not|don[’']t|remember to|make sure (?:you|that you|to)|be sure to|try to) )?${VERBS}\\b(?! (?:of|is|was|are|were|has|have|had|by|from|and|on the|for the)\\b)`,
  'iu',
);

const SURE: readonly RegExp[] = [
  /(?<!\b(?:to|sure to|will|can|would|[’']ll|not) )\bplease\b(?! (?:to|every|everyone|your|their|his|her)\b)/iu,
  /\b(?:can|could|would|will) (?:you|someone|somebody|anyone|everyone|one of you|you all|you both)\b(?! (?:believe|imagine|see (?:why|how|that)))/iu,
  /\b(?:i|we) (?:would|[’']d|should) (?:be (?:very |most |really |so )?(?:grateful|obliged)|appreciate|welcome|like you|ask (?:you|that you))\b|\bgrateful (?:if|for your|to (?:receive|have|know|hear))\b/iu,
  /\b(?:let|Let) (?:me|us) (?:know|have)\b/u,
  /(?:^|[,;:–-] ?|\band )(?:let|Let) (?:them|her|him|[A-Z]\p{Ll}+) know\b/u,
  /(?:^|[,;:–-] ?|\b(?:so|ok|okay|and|but|then),? )let[’']?s\b(?! (?:say|face|hope|see))/iu,
  /\b(?:i|we) (?:need|want|would like|[’']d like|am asking|are asking|ask) (?:you|your|each of you|all of you|everyone|colleagues|teams)\b/iu,
  /\byou (?:are|will be) (?:asked|required|requested|invited|expected) to\b|\b(?:colleagues|teams|members|all) (?:are|is) (?:asked|requested) to\b/iu,
  /^(?:action|ap|to do|todo|decision needed|for decision|ask|request)\s?\d*\s?[:–-] ?(?:\S+ ){2}/iu,
  /\bby return\b|\bplease and thank you\b|\bpls\b|\bplz\b/iu,
  /\b(?:are|is|were) you (?:able|available|free|happy|content|ok|okay|willing)\b|\bdo you (?:have|know|agree|want|need|think|mind)\b.*\?/iu,
];

const MAYBE: readonly RegExp[] = [
  /\b(?:you|we|they|someone|somebody|everyone) (?:should|must|ought to|need to|have to|will need to|will have to|may (?:want|wish) to|might (?:want|like|wish) to|had better)\b/iu,
  /\b(?:needs?|has|have|is|are) (?:still )?to be (?:agreed|approved|arranged|checked|circulated|cleared|completed|confirmed|decided|done|drafted|finalised|made|prepared|provided|published|received|returned|reviewed|sent|set up|settled|shared|signed|submitted|updated|written)\b/iu,
  /\b(?:it would|it[’']d|would it) be (?:good|helpful|useful|great|nice|best|possible|worth|sensible)\b|\bwould (?:help|be grateful|appreciate)\b|\bappreciate (?:it|your|any|a|the)\b/iu,
  /\b(?:how|what) about\b|\bwhy (?:don[’']t|not)\b|\bshall (?:we|i)\b|\b(?:should|may|might|can|could) (?:i|we)\b|\bwonder(?:ing|ed)? (?:if|whether)\b/iu,
  /\b(?:don[’']t|do not) forget\b|\bremember to\b|\bmake sure\b|\bgive (?:me|us) (?:a )?(?:call|ring|shout|bell)\b|\bdrop (?:me|us) (?:a line|an email)\b/iu,
  /\b(?:deadline|due|required|needed|expected|outstanding|overdue)\b.{0,40}\b(?:by|on|is|before|today|tomorrow|from you|no later)\b/iu,
  new RegExp(`\\b(?:i|we) (?:will|[’']ll|am going to|are going to|agreed to|undertook to) (?:also |then |now )?${VERBS}\\b`, 'iu'),
  new RegExp(
    `\\b(?!(?:It|This|That|There|They|We|You|He|She|These|Those|Which|Who|What)\\b)\\p{Lu}\\p{Ll}+(?: \\p{Lu}[\\p{L}’'-]+)? (?:will|is to|are to|agreed to|has agreed to|undertook to|offered to) ${VERBS}\\b`,
    'u',
  ),
  /\b(?:asked|asks|asking|want|wants|wanted|like|need|needs) (?:me|us|you|him|her|them|\p{Lu}\p{Ll}+) to\b|\bask \p{Lu}\p{Ll}+ to\b/u,
  /\b(?:look|looking) forward to (?:hearing|your (?:reply|response|comments|views|advice))\b|\b(?:awaiting|await) your\b|\byour (?:comments|views|advice|thoughts|input|steer|approval|agreement|confirmation)\b.{0,40}\b(?:welcome|needed|required|appreciated|by|on)\b/iu,
  /\b(?:call|ring|e-?mail|text|phone) (?:me|us)\b|\bi(?: would|[’']d) (?:like|love) to (?:discuss|meet|talk|speak|see you|sit|hear|come|get together)\b|\bwe (?:can|could) (?:discuss|meet|talk)\b/iu,
  /\b(?:invite|inviting|invited|encourage|urge) you\b|\bi (?:suggest|propose|recommend)\b|\b(?:wanna|any chance|any thoughts|any news|any update)\b/iu,
];

/** "Priya to confirm the figures": the way that notes of meetings give somebody a thing to do. */
const OWNER_TO = new RegExp(
  `^(?:\\d+[.)] ?|[-•*] ?)?(?:(?:Action|ACTION|action):? )?(?<who>${NAME_PATTERN}(?:(?: and | & |, )${NAME_PATTERN})*) to ${VERBS}\\b`,
  'u',
);

/** An imperative of some length: "Contact Point" and "E-mail: …" are labels. */
function isInstruction(text: string): boolean {
  return IMPERATIVE.test(text) && !/^\S+:/u.test(text) && (text.split(' ').length >= 4 || /[.!]$/u.test(text));
}

function givesOwner(text: string): boolean {
  const who = OWNER_TO.exec(text)?.groups?.['who'];
  return who !== undefined && looksLikeName(who);
}

/** Which tier a sentence belongs to; undefined where it asks for nothing. */
export function requestTier(text: string): RequestTier | undefined {
  // What stands in quotation marks is somebody else's request, and the question mark of a link asks nothing.
  const bare = text
    .replace(/[“"][^”"]*[”"]/gu, '')
    .replace(/<?(?:https?:|www\.)\S+>?/giu, '')
    .trim();
  if (!/\p{L}{2}.*\s\p{L}/su.test(bare)) return undefined;
  const asks = /\?["'”’)]*$/u.test(bare);
  if (COURTESY.test(bare) && !asks) return undefined;
  if (givesOwner(bare) || SURE.some((pattern) => pattern.test(bare))) return 'sure';
  if (asks && !RHETORICAL.test(bare)) return isDirectQuestion(bare) ? 'sure' : 'maybe';
  if (MAYBE.some((pattern) => pattern.test(bare)) || isInstruction(bare)) return 'maybe';
  return undefined;
}

/** A whole question of the writer's, put to the reader. */
export function isDirectQuestion(text: string): boolean {
  return (
    /\b(?:you|your|we|us|our|i|me|my)\b/iu.test(text) &&
    /(?:^|[,;:–-] ?|\b(?:so|and|but|also|or) )(?:can|could|would|will|shall|should|may|do|does|did|is|are|was|were|has|have|had|am|who|what|when|where|why|how|which|whose|any)\b/iu.test(
      text,
    )
  );
}
