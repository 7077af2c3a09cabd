import { stemmer } from 'stemmer';

/**
 * Words that say nothing about a text's subject: English function words, the fillers of speech and the commonest Welsh particles. Our own
 * list: the `stopword` package carries 60 languages (1 MB) of which two are read here, and lacks speech.
 */
const STOP_WORDS = new Set(
  `a about above after again against ah all also am an and any are aren as at be because been before being below between both but by can cannot
  could couldn did didn do does doesn doing don done down during each eh either else er erm ever every few for from further get gets getting go
  goes going gone gonna got had hadn has hasn have haven having he hello her here hers herself hi him himself his hm hmm how however i if in into
  is isn it its itself just kind know let like ll lot m made make many may maybe me mean might mm more most much must my myself need neither no
  nor not now of off oh ok okay on once one only or other ought our ours ourselves out over own per please quite rather re really right said
  same say says see shall she should shouldn so some something sort still such t than thank thanks that the their theirs them themselves then
  there therefore these they thing things think this those though through to too uh um under until up upon us ve very want was wasn we well
  were weren what when where whether which while who whom whose why will with within without won would wouldn yeah yep yes yet you your yours
  yourself
  ac ar am ond yn yr y oes mae bydd roedd sydd wedi gan hynny hwn hon fel eu ei eich ein ni chi nhw fod bod ydy yw oedd dros dan trwy wrth`.split(
    /\s+/u,
  ),
);

const WORD = /[\p{L}\p{N}]+(?:[’'][\p{L}]+)*/gu;

const stems = new Map<string, string>();
/** Stems remembered across calls: a document repeats its words, and a process reads many documents. */
const MAX_REMEMBERED_STEMS = 50_000;

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= MAX_REMEMBERED_STEMS) stems.clear();
  const stem = stemmer(word);
  stems.set(word, stem);
  return stem;
}

/** The words of a text in lower case, in order, possessives without their ’s. */
export function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) => word.toLowerCase().replace(/[’']s$/u, ''));
}

/** The Porter stems of the words that carry meaning, in order, with repeats. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const word of wordsOf(text)) {
    if (STOP_WORDS.has(word) || (word.length === 1 && !/\d/u.test(word))) continue;
    const head = word.replace(/[’'].*$/u, '');
    if (head && !STOP_WORDS.has(head)) terms.push(stemOf(head));
  }
  return terms;
}

/** How often each term stands in a list. */
export function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
