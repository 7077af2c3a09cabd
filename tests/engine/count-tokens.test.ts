import { describe, expect, test } from '@jest/globals';
import { countPassageTokens, countTokens } from '../../shared/engine/count-tokens.ts';
import { renderUserMessage } from '../../shared/engine/openai-prompt.ts';
import type { Passage } from '../../shared/passage.ts';
import { input, summariseCall } from './set-up-engine.ts';

describe('counting tokens', () => {
  test.each([
    ['', 0],
    ['The minister will reply by noon on Tuesday.', 9],
    ['£12.5m', 5],
  ])('of %j gives %d', async (text, tokens) => {
    expect(await countTokens(text)).toBe(tokens);
  });

  test('takes the marks of a chat template as text', async () => {
    expect(await countTokens('hello <|endoftext|> <|im_start|> there')).toBeGreaterThan(8);
  });

  test('lets other work run while it counts a long text', async () => {
    await countTokens('');
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 0);
    const ticks: Promise<number> = countTokens('The minister will reply by noon. '.repeat(40_000));
    const tokens = await ticks;
    clearInterval(turning);
    expect(tokens).toBeGreaterThan(280_000);
    expect(turns).toBeGreaterThan(5);
  });

  test('of a hundred thousand letters in a row breaks the run, which the library would chew for seconds', async () => {
    // Unbroken they are 12,500 tokens; each of the 500 breaks adds about two.
    expect(await countTokens('a'.repeat(100_000))).toBe(13_496);
  });
});

describe('counting the tokens of passages', () => {
  test.each([3, 40, 400])('of %d words is not below what they take in the prompt', async (words) => {
    const passages: Passage[] = Array.from({ length: 60 }, (_, index) => ({
      id: `p${index + 1}`,
      source: index % 2,
      text: `Figure ${index}: ${'the cost rose again '.repeat(words / 4 + 1)}`,
      locator: { page: index, heading: 'Costs' },
      role: 'own',
    }));
    const prompt = await countTokens(renderUserMessage(summariseCall({ input: { ...input, passages } })));
    const bare = await countTokens(renderUserMessage(summariseCall({ input: { ...input, passages: [] } })));
    const counted = (await countPassageTokens(passages)).reduce((sum, tokens) => sum + tokens, 0);
    expect(counted).toBeGreaterThanOrEqual(prompt - bare);
    expect(counted).toBeLessThan((prompt - bare) * 1.2);
  });
});
