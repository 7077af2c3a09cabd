import type { Marking } from '../contract/task-result.ts';
import { HumphreyError } from '../errors.ts';

/**
 * Government Security Classifications Policy (August 2024): tiers, handling instructions, descriptors, national caveats.
 * This is the gate's first form: what is above OFFICIAL is refused, what stands at OFFICIAL is carried into the answer.
 */
const HANDLING = ['RECIPIENTS ONLY', 'FOR PUBLIC RELEASE', 'HMG USE ONLY', 'EMBARGOED'];
const DESCRIPTORS = [
  'PERSONAL DATA',
  'LEGAL PROFESSIONAL PRIVILEGE',
  'LPP',
  'LEGAL',
  'MARKET SENSITIVE',
  'COMMERCIAL',
  'HR/MANAGEMENT',
  'LOCSEN',
];
const CAVEATS = ['UK EYES ONLY', 'FIVE EYES ONLY', 'UK/US EYES ONLY'];

/** Capital SECRET followed by one of these is an ordinary phrase in a shouted heading. */
const ORDINARY_AFTER_SECRET = /^\s*(?:SANTA|BALLOT|SHOPPER|GARDEN|SAUCE|SERVICE)/u;

/** A line that carries a marking is short; the policy's longest example has 60 characters. */
const MAX_MARKING_LINE_CHARACTERS = 120;

const VOCABULARY = [...HANDLING, ...DESCRIPTORS, ...CAVEATS].sort((a, b) => b.length - a.length).join('|');
const TIERS = 'TOP SECRET|SECRET|OFFICIAL ?[-–] ?SENSITIVE|OFFICIAL|SWYDDOGOL|RESTRICTED|CONFIDENTIAL';
/** A line that holds nothing but a marking. */
const MARKING_ALONE = new RegExp(
  `^(?:UK |NATO |EU |COSMIC )?(?:${TIERS})(?:[\\s:/|()\\[\\]–-]*(?:${VOCABULARY}|[A-Z]{2,10} USE ONLY|REL EU))*[\\s:.)\\]-]*$`,
  'u',
);

export interface FoundMarking {
  tier: 'none' | 'OFFICIAL' | 'SECRET' | 'TOP SECRET' | 'FOREIGN';
  sensitive: boolean;
  handling: string[];
  descriptors: string[];
  caveats: string[];
  ukPrefix: boolean;
}

const NO_MARKING: FoundMarking = { tier: 'none', sensitive: false, handling: [], descriptors: [], caveats: [], ukPrefix: false };

/** The marking in a subject, a file name or a title: anywhere in it, in capitals; OFFICIAL-SENSITIVE in any case. */
export function findMarkingInName(name: string): FoundMarking {
  const text = normalise(name.replaceAll('_', ' '));
  const secret =
    /(?<![\p{L}])(?:(UK) )?(TOP )?SECRET(?![\p{L}])/u.exec(text) ??
    /^(?:(UK) )?(TOP )?SECRET(?=\s*(?:[:\-–|/\][(]|$))/iu.exec(withoutPrefixes(text));
  const rest = secret ? text.slice(secret.index + secret[0].length) : '';
  if (secret && !ORDINARY_AFTER_SECRET.test(rest)) {
    return { ...detailsOf(text), tier: /TOP /iu.test(secret[0]) ? 'TOP SECRET' : 'SECRET', sensitive: false };
  }
  if (/(?<![\p{L}])(?:NATO|COSMIC|EU|ESA) (?:TOP SECRET|SECRET|CONFIDENTIAL|RESTRICTED)(?![\p{L}])/u.test(text))
    return { ...NO_MARKING, tier: 'FOREIGN' };
  if (/OFFICIAL ?[-–] ?SENSITIVE/iu.test(text)) return { ...detailsOf(text), tier: 'OFFICIAL', sensitive: true };
  if (/(?<![\p{L}])(?:OFFICIAL|SWYDDOGOL)(?![\p{L}])/u.test(text) && !/OFFICIAL (?:STATISTICS|VISIT|RECEIVER)/u.test(text)) {
    return { ...detailsOf(text), tier: 'OFFICIAL' };
  }
  return NO_MARKING;
}

/** The highest marking that stands on a line of its own anywhere in a text: first lines, headers, quoted layers. */
export function findMarkingInText(text: string): FoundMarking {
  let highest = NO_MARKING;
  for (const line of text.split(/\r?\n/u)) {
    if (line.length <= MAX_MARKING_LINE_CHARACTERS && isMarkingLine(line))
      highest = highestMarking([highest, findMarkingInName(asCapitals(line))]);
  }
  return highest;
}

/** "Classification: SECRET", "[OFFICIAL-SENSITIVE COMMERCIAL]", "UK SECRET - UK EYES ONLY", and a mail's own "Subject: SECRET: …" line. */
function isMarkingLine(line: string): boolean {
  const text = normalise(line).replace(/^[\s*#>|[(]+|[\s*|\])]+$/gu, '');
  if (/^subject:\s/iu.test(text)) return findMarkingInName(text.slice(8)).tier !== 'none';
  const bare = text.replace(/^(?:security )?(?:protective )?(?:classification|marking|handling|status)\s*[:=-]\s*/iu, '');
  if (MARKING_ALONE.test(bare)) return true;
  // "Top Secret" or "Official-Sensitive" alone on a line, as people type it.
  return (
    MARKING_ALONE.test(bare.toUpperCase()) && bare.split(/\s+/u).length <= 4 && /^\p{Lu}/u.test(bare) && /secret|sensitive/iu.test(bare)
  );
}

function asCapitals(line: string): string {
  return /^subject:\s/iu.test(line.trim()) ? line.trim().slice(8) : line.toUpperCase();
}

/** The highest of several; details of all OFFICIAL ones are joined. */
export function highestMarking(found: FoundMarking[]): FoundMarking {
  const order: FoundMarking['tier'][] = ['none', 'OFFICIAL', 'FOREIGN', 'SECRET', 'TOP SECRET'];
  const tier = found.reduce<FoundMarking['tier']>((high, one) => (order.indexOf(one.tier) > order.indexOf(high) ? one.tier : high), 'none');
  const joined = (list: (one: FoundMarking) => string[]): string[] => [...new Set(found.flatMap(list))];
  return {
    tier,
    sensitive: found.some((one) => one.sensitive),
    handling: joined((one) => one.handling),
    descriptors: joined((one) => one.descriptors),
    caveats: joined((one) => one.caveats),
    ukPrefix: found.some((one) => one.ukPrefix),
  };
}

/** Throws marking-refused for what this tool may not read. The sentence holds no word of the source. */
export function refuseAboveOfficial(found: FoundMarking): void {
  const above = found.tier === 'SECRET' || found.tier === 'TOP SECRET' || found.tier === 'FOREIGN';
  if (!above && found.caveats.length === 0) return;
  const seen = above ? (found.tier === 'FOREIGN' ? 'a foreign or NATO marking' : found.tier) : found.caveats.join(', ');
  throw new HumphreyError(
    'marking-refused',
    `This is marked ${seen}. Humphrey works up to OFFICIAL-SENSITIVE and has not read it; nothing of it was kept. Follow your department's procedure for reporting marked information on the wrong system.`,
    { details: { rule: above ? `tier:${found.tier}` : 'caveat' } },
  );
}

/** The marking as the contract carries it. */
export function toMarking(found: FoundMarking): Marking {
  const parts = [
    `${found.ukPrefix ? 'UK ' : ''}OFFICIAL${found.sensitive ? '-SENSITIVE' : ''}`,
    ...(found.handling.length > 0 ? [found.handling.join(' ')] : []),
    ...(found.descriptors.length > 0 ? [found.descriptors.join(' ')] : []),
  ];
  return {
    tier: 'OFFICIAL',
    sensitive: found.sensitive,
    handling: found.handling,
    descriptors: found.descriptors,
    caveats: found.caveats,
    ukPrefix: found.ukPrefix,
    text: parts.join(' - '),
  };
}

function detailsOf(text: string): FoundMarking {
  const capitals = text.toUpperCase();
  const has = (phrase: string): boolean => new RegExp(`(?<![A-Z])${phrase.replace('/', '\\/')}(?![A-Z])`, 'u').test(capitals);
  const descriptors = DESCRIPTORS.filter((phrase) => has(phrase) && !(phrase === 'LEGAL' && has('LEGAL PROFESSIONAL PRIVILEGE')));
  // After a colon stands the subject's own wording: "OFFICIAL: commercial update" has no descriptor.
  const markingPart = /^(?:.*?OFFICIAL[^:]*|.*?SECRET[^:]*)/iu.exec(text)?.[0].toUpperCase() ?? capitals;
  const organisation = /(?<![A-Z])([A-Z]{2,10} USE ONLY)(?![A-Z])/u.exec(markingPart)?.[1];
  const handling = HANDLING.filter(has);
  return {
    tier: 'none',
    sensitive: false,
    handling: organisation && !handling.includes(organisation) ? [...handling, organisation] : handling,
    descriptors: descriptors.filter((phrase) => markingPart.includes(phrase)),
    caveats: CAVEATS.filter(has),
    ukPrefix: /(?<![A-Z])UK (?:OFFICIAL|SECRET|TOP SECRET)/u.test(text),
  };
}

function withoutPrefixes(text: string): string {
  return text.replace(/^(?:\s*(?:(?:re|fw|fwd)\s*:|\[[^\]]{1,20}\]))+\s*/iu, '');
}

/** Compatibility forms, invisible characters and letter-spacing ("O F F I C I A L") undone. */
function normalise(text: string): string {
  const plain = text.normalize('NFKC').replaceAll(/[\u200B-\u200F\u2060\uFEFF\u00AD\u{E0000}-\u{E007F}]/gu, '');
  return plain.replace(/(?<![\p{L}])(?:[A-Z] ){3,}[A-Z](?![\p{L}])/gu, (spaced) => spaced.replaceAll(' ', ''));
}
