/** USD per million tokens. */
export interface ModelPrices {
  input: number;
  /** Input that the provider had in its prompt cache. */
  cachedInput: number;
  output: number;
  /** Input written to the prompt cache, where that costs more than plain input (GPT-5.6 and later: 1.25 times). */
  cacheWrite?: number;
}

/** What a model takes beside the messages. A wrong one is answered with a 400, never silently ignored. */
interface ModelQuirks {
  /** Reasoning models refuse a temperature. */
  temperature: boolean;
  /** `max_tokens` is refused by newer models; older compatible servers know nothing else. */
  outputLimitParameter: 'max_tokens' | 'max_completion_tokens';
  /** Sent as `reasoning_effort`; absent: the parameter is not sent. */
  reasoningEffort?: 'none';
}

export interface ModelRow {
  name: string;
  /** Tokens of one call, input and output together. */
  context: number;
  /** Tokens of one answer. */
  outputLimit: number;
  /** Null: not known, so a call's cost is null. */
  prices: ModelPrices | null;
  quirks: ModelQuirks;
  /** Announced by OpenAI for its own API (yyyy-mm-dd); Azure keeps other dates. */
  shutdown?: string;
}

const gpt4o: Omit<ModelRow, 'name'> = {
  context: 128_000,
  outputLimit: 16_384,
  prices: { input: 2.5, cachedInput: 1.25, output: 10 },
  quirks: { temperature: true, outputLimitParameter: 'max_completion_tokens' },
  shutdown: '2027-01-14',
};

/**
 * The models whose figures we know; a newer model is one row. gpt-tokenizer carries such a table too, but its prices for
 * gpt-4o are wrong (10 and 30 dollars), so it only counts tokens here.
 */
const rows: readonly ModelRow[] = [
  { name: 'gpt-4o', ...gpt4o },
  { name: 'gpt-4o-2024-11-20', ...gpt4o },
  {
    name: 'gpt-6-luna',
    context: 1_050_000,
    outputLimit: 128_000,
    prices: { input: 0.1, cachedInput: 0.01, output: 0.5, cacheWrite: 0.125 },
    quirks: { temperature: false, outputLimitParameter: 'max_completion_tokens', reasoningEffort: 'none' },
  },
];

/** Context of a model we know nothing of: what today's smaller local models take. */
const UNKNOWN_CONTEXT = 32_000;
/** Answer of a model we know nothing of: servers commonly stop here unless told otherwise. */
const UNKNOWN_OUTPUT_LIMIT = 4_096;

/**
 * A model's row. One that is not in the table works with small limits and no price; `plainServer` (a compatible server,
 * often an older or local one) gets the parameters that every server has always known.
 */
export function findModel(name: string, plainServer: boolean): ModelRow {
  const known = rows.find((row) => row.name === name);
  if (known) return known;
  return {
    name,
    context: UNKNOWN_CONTEXT,
    outputLimit: UNKNOWN_OUTPUT_LIMIT,
    prices: null,
    quirks: plainServer
      ? { temperature: true, outputLimitParameter: 'max_tokens' }
      : { temperature: false, outputLimitParameter: 'max_completion_tokens' },
  };
}

/** Tokens of input, of those the ones from and into the provider's cache, and of output. */
export interface TokenCounts {
  input: number;
  cachedInput: number;
  cacheWrite: number;
  output: number;
}

/** What the tokens cost in US dollars; null where the model has no price. */
export function costOf(tokens: TokenCounts, prices: ModelPrices | null): { amount: number; currency: string } | null {
  if (!prices) return null;
  const plain = Math.max(0, tokens.input - tokens.cachedInput - tokens.cacheWrite);
  const total =
    plain * prices.input +
    tokens.cachedInput * prices.cachedInput +
    tokens.cacheWrite * (prices.cacheWrite ?? prices.input) +
    tokens.output * prices.output;
  // Ten decimals: the cheapest token costs 1e-8 dollars; what lies below is the rounding noise of floating point.
  return { amount: Number((total / 1_000_000).toFixed(10)), currency: 'USD' };
}

/** Tokens of passages above which one reading loses the middle of a long text, whatever the context (measured for 128k models). */
const ONE_READING = 90_000;
/** Tokens kept for the fixed text, the schema and the longest instruction (10,000 characters). */
const PROMPT_RESERVE = 6_000;

/** Tokens of passages, as countPassageTokens counts them, that fit one call beside the prompt and the answer. */
export function passageTokenLimitOf(row: ModelRow): number {
  return Math.min(ONE_READING, row.context - row.outputLimit - PROMPT_RESERVE);
}
