/*
 * LexRank (Erkan and Radev 2004). Weighed against it on held-out QMSum meetings: TextRank, wink-nlp's sentence weights, node-summarizer, and
 * lexrank 1.0.5 (1 s a meeting, needs the withdrawn `request`): none was better, and none lets length and position be added.
 */

/** Below this cosine two sentences share a word by chance (the paper's own threshold). */
const MIN_COSINE = 0.1;
const DAMPING = 0.85;
/** The weights have settled to three digits long before this. */
const MAX_ROUNDS = 40;

interface Vector {
  weights: Map<string, number>;
  length: number;
}

function vectorsOf(counts: readonly Map<string, number>[]): Vector[] {
  const holders = new Map<string, number>();
  for (const terms of counts) for (const term of terms.keys()) holders.set(term, (holders.get(term) ?? 0) + 1);
  return counts.map((terms) => {
    const weights = new Map<string, number>();
    let squares = 0;
    for (const [term, count] of terms) {
      const weight = count * Math.log(counts.length / (holders.get(term) ?? 1));
      if (weight <= 0) continue;
      weights.set(term, weight);
      squares += weight * weight;
    }
    return { weights, length: Math.sqrt(squares) };
  });
}

/** For each sentence the others that it resembles, by an inverted index: only pairs that share a word are ever touched. */
function neighboursOf(vectors: readonly Vector[]): { places: number[]; cosines: number[] }[] {
  const index = new Map<string, { places: number[]; weights: number[] }>();
  const neighbours = vectors.map(() => ({ places: [] as number[], cosines: [] as number[] }));
  const products = new Float64Array(vectors.length);
  vectors.forEach((vector, place) => {
    const touched: number[] = [];
    for (const [term, weight] of vector.weights) {
      const holders = index.get(term) ?? { places: [], weights: [] };
      holders.places.forEach((other, at) => {
        if (products[other] === 0) touched.push(other);
        products[other] = (products[other] ?? 0) + weight * (holders.weights[at] ?? 0);
      });
      holders.places.push(place);
      holders.weights.push(weight);
      index.set(term, holders);
    }
    for (const other of touched) {
      const cosine = (products[other] ?? 0) / (vector.length * (vectors[other]?.length ?? 1));
      products[other] = 0;
      if (cosine < MIN_COSINE) continue;
      neighbours[place]?.places.push(other);
      neighbours[place]?.cosines.push(cosine);
      neighbours[other]?.places.push(place);
      neighbours[other]?.cosines.push(cosine);
    }
  });
  return neighbours;
}

/** How central each sentence is by the words that it shares with the others, scaled so that the highest is 1; takes each one's term counts. */
export function centralities(counts: readonly Map<string, number>[]): Float64Array {
  const neighbours = neighboursOf(vectorsOf(counts));
  const sums = neighbours.map(({ cosines }) => cosines.reduce((sum, cosine) => sum + cosine, 0));
  let ranks = new Float64Array(counts.length).fill(1);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = new Float64Array(counts.length).fill(1 - DAMPING);
    let change = 0;
    neighbours.forEach(({ places, cosines }, place) => {
      const share = (DAMPING * (ranks[place] ?? 0)) / (sums[place] ?? 1);
      places.forEach((other, at) => (next[other] = (next[other] ?? 0) + share * (cosines[at] ?? 0)));
    });
    for (let place = 0; place < next.length; place += 1) change += Math.abs((next[place] ?? 0) - (ranks[place] ?? 0));
    ranks = next;
    if (change < counts.length * 1e-4) break;
  }
  const highest = ranks.reduce((most, rank) => Math.max(most, rank), 1e-9);
  return ranks.map((rank) => rank / highest);
}
