import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Passage } from '../passage.ts';
import { renderPassage } from './openai-prompt.ts';

/** Characters counted in one turn of the event loop: 1-2 ms of English, at worst 10 ms of runs without a space. */
const CHARACTERS_A_TURN = 32_000;
/** The comma and what the joint may add to its neighbours. */
const TOKENS_BETWEEN_PASSAGES = 2;

type Counter = (text: string) => number;
let counter: Promise<Counter> | undefined;

/**
 * Loads the tokeniser (about 150 ms of processor time, once a process). Call it at start-up: afterwards no count blocks
 * the event loop for long. tiktoken and js-tiktoken give the same counts but are 3 to 6 times slower.
 */
export function loadTokenizer(): Promise<Counter> {
  counter ??= import('gpt-tokenizer/encoding/o200k_base').then(
    // Text such as "<|endoftext|>" in a source is text: without this option the library throws on it.
    ({ countTokens: count }) =>
      (text: string) =>
        count(text, { disallowedSpecial: new Set() }),
  );
  return counter;
}

/** Tokens of a text in GPT-4o's encoding; other models differ by a few per cent. Gives way to other work while it counts. */
export async function countTokens(text: string): Promise<number> {
  const count = await loadTokenizer();
  let total = 0;
  for (let start = 0; start < text.length; start += CHARACTERS_A_TURN) {
    if (start > 0) await nextTurn();
    // A run of 100,000 letters takes the library 3.7 s: broken every 200 characters it takes 1 ms and counts a little high.
    total += count(text.slice(start, start + CHARACTERS_A_TURN).replace(/\S{200}/g, '$& '));
  }
  return total;
}

/**
 * Tokens that each passage takes in a prompt, its id, role and place included: the measure of Engine.passageTokenLimit.
 * Each is a little high, so that their sum is never below what the prompt takes.
 */
export async function countPassageTokens(passages: readonly Passage[]): Promise<number[]> {
  const counts: number[] = [];
  let characters = 0;
  for (const passage of passages) {
    const rendered = JSON.stringify(renderPassage(passage, true));
    characters += rendered.length;
    if (characters > CHARACTERS_A_TURN) {
      await nextTurn();
      characters = 0;
    }
    counts.push((await countTokens(rendered)) + TOKENS_BETWEEN_PASSAGES);
  }
  return counts;
}
