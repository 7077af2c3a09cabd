import { describe, expect, test } from '@jest/globals';
import { costOf, findModel, passageTokenLimitOf } from '../../shared/engine/model-table.ts';

const million = { input: 1_000_000, cachedInput: 0, cacheWrite: 0, output: 1_000_000 };

describe('the model table', () => {
  test.each([
    ['gpt-4o', 128_000, 16_384, 12.5],
    ['gpt-4o-2024-11-20', 128_000, 16_384, 12.5],
    ['gpt-6-luna', 1_050_000, 128_000, 0.6],
  ])('knows %s', (name, context, outputLimit, dollars) => {
    const row = findModel(name, false);
    expect(row).toMatchObject({ name, context, outputLimit });
    expect(costOf(million, row.prices)).toEqual({ amount: dollars, currency: 'USD' });
  });

  test('gives a model that it does not know small limits and no price', () => {
    const row = findModel('gpt-9', false);
    expect(row).toMatchObject({ name: 'gpt-9', context: 32_000, outputLimit: 4_096, prices: null });
    expect(row).not.toHaveProperty('shutdown');
    expect(costOf(million, row.prices)).toBeNull();
  });

  test('gives an unknown model on a plain server the parameters that every server knows, elsewhere those of newer models', () => {
    expect(findModel('local', true).quirks).toEqual({ temperature: true, outputLimitParameter: 'max_tokens' });
    expect(findModel('local', false).quirks).toEqual({ temperature: false, outputLimitParameter: 'max_completion_tokens' });
  });
});

describe('the cost of a call', () => {
  const prices = { input: 2.5, cachedInput: 1.25, output: 10 };

  test('takes tokens from the cache at their own price', () => {
    expect(costOf({ input: 1_000_000, cachedInput: 400_000, cacheWrite: 0, output: 0 }, prices)?.amount).toBe(2);
  });

  test('takes tokens written to the cache at their own price, where there is one', () => {
    const tokens = { input: 1_000_000, cachedInput: 0, cacheWrite: 1_000_000, output: 0 };
    expect(costOf(tokens, { ...prices, cacheWrite: 3.125 })?.amount).toBe(3.125);
    expect(costOf(tokens, prices)?.amount).toBe(2.5);
  });

  test('is never negative, however the server counts', () => {
    expect(costOf({ input: 1, cachedInput: 1, cacheWrite: 1, output: 0 }, { ...prices, cachedInput: 0, cacheWrite: 0 })?.amount).toBe(0);
  });
});

describe('what fits one call', () => {
  test('is one careful reading on a large context, and what is left beside the answer on a small one', () => {
    expect(passageTokenLimitOf(findModel('gpt-4o', false))).toBe(90_000);
    expect(passageTokenLimitOf(findModel('gpt-6-luna', false))).toBe(90_000);
    expect(passageTokenLimitOf(findModel('local', true))).toBe(32_000 - 4_096 - 6_000);
  });
});
