import type { EngineUsage } from '../ports.ts';
import { countTokens } from './count-tokens.ts';
import { costOf, type ModelPrices, type TokenCounts } from './model-table.ts';
import type { Answer } from './openai-answer.ts';

/** Adds up what a call used over all its attempts: an answer that was thrown away was paid for too. */
export interface UsageMeter {
  add: (answer: Answer) => void;
  /** `counted`: at least one answer came without usage, so that its tokens were counted here, to a few per cent. */
  total: () => Promise<{ usage: EngineUsage; counted: boolean }>;
}

export function createUsageMeter(prompt: string, prices: ModelPrices | null): UsageMeter {
  const answers: Answer[] = [];
  return {
    add: (answer) => {
      // Nothing came: the call was not taken, and nothing is charged.
      if (answer.chunks > 0) answers.push(answer);
    },
    total: async () => {
      const counts = await Promise.all(answers.map((answer) => tokensOf(prompt, answer)));
      const tokens = counts.reduce(addTokens, { input: 0, cachedInput: 0, cacheWrite: 0, output: 0 });
      return {
        usage: {
          inputTokens: tokens.input,
          cachedInputTokens: tokens.cachedInput,
          outputTokens: tokens.output,
          cost: costOf(tokens, prices),
        },
        counted: answers.some((answer) => !answer.tokens),
      };
    },
  };
}

async function tokensOf(prompt: string, answer: Answer): Promise<TokenCounts> {
  if (answer.tokens) return answer.tokens;
  return { input: await countTokens(prompt), cachedInput: 0, cacheWrite: 0, output: await countTokens(answer.content) };
}

function addTokens(one: TokenCounts, other: TokenCounts): TokenCounts {
  return {
    input: one.input + other.input,
    cachedInput: one.cachedInput + other.cachedInput,
    cacheWrite: one.cacheWrite + other.cacheWrite,
    output: one.output + other.output,
  };
}
