import { describe, expect, test } from '@jest/globals';
import type { ResultStore } from '../../shared/ports.ts';
import { createSampleResult } from '../fakes/sample-result.ts';
import { createPeople } from './people.ts';

const HOUR = 60 * 60 * 1000;

export interface ResultsUnderTest {
  results: ResultStore;
  /** Moves the store's clock. */
  move: (milliseconds: number) => void;
}

/** What every ResultStore does. `open` gives one, with a life of 24 hours. */
export function describeResults(open: () => Promise<ResultsUnderTest>): void {
  describe('kept results', () => {
    test('come back whole to the person who asked', async () => {
      const { results } = await open();
      const { sam } = createPeople();
      const result = createSampleResult('r1', 'Ŵyn i’r ddôl – £3 million 😀');
      await results.put({ owner: sam, result });
      expect(await results.get('r1', sam)).toEqual(result);
    });

    test('come back to nobody else', async () => {
      const { results } = await open();
      const { sam, alex, samElsewhere } = createPeople();
      await results.put({ owner: sam, result: createSampleResult('r1') });
      expect(await results.get('r1', alex)).toBeUndefined();
      expect(await results.get('r1', samElsewhere)).toBeUndefined();
    });

    test('of two departments may have the same id', async () => {
      const { results } = await open();
      const { sam, samElsewhere } = createPeople();
      await results.put({ owner: sam, result: createSampleResult('r1', 'ours') });
      await results.put({ owner: samElsewhere, result: createSampleResult('r1', 'theirs') });
      expect(await results.get('r1', sam)).toEqual(createSampleResult('r1', 'ours'));
      expect(await results.get('r1', samElsewhere)).toEqual(createSampleResult('r1', 'theirs'));
    });

    test('are replaced when the same result is kept again', async () => {
      const { results } = await open();
      const { sam } = createPeople();
      await results.put({ owner: sam, result: createSampleResult('r1', 'first') });
      await results.put({ owner: sam, result: createSampleResult('r1', 'second') });
      expect(await results.get('r1', sam)).toEqual(createSampleResult('r1', 'second'));
    });

    test('are gone when their owner deletes them, and only then', async () => {
      const { results } = await open();
      const { sam, alex, samElsewhere } = createPeople();
      await results.put({ owner: sam, result: createSampleResult('r1') });
      await results.put({ owner: sam, result: createSampleResult('r2') });
      await results.delete('r1', alex);
      await results.delete('r1', samElsewhere);
      expect(await results.get('r1', sam)).toBeDefined();
      await results.delete('r1', sam);
      await results.delete('r1', sam);
      expect(await results.get('r1', sam)).toBeUndefined();
      expect(await results.get('r2', sam)).toBeDefined();
    });

    test('are gone after a day', async () => {
      const { results, move } = await open();
      const { sam } = createPeople();
      await results.put({ owner: sam, result: createSampleResult('r1') });
      move(24 * HOUR - 1);
      expect(await results.get('r1', sam)).toBeDefined();
      move(1);
      expect(await results.get('r1', sam)).toBeUndefined();
    });

    test.each(['none', '', '../r1', 'r1/', "r1' or '1'='1", 'r1\u0000', 'r%', 'x'.repeat(10_000)])(
      'that nobody kept are not found (%#)',
      async (id) => {
        const { results } = await open();
        const { sam } = createPeople();
        await results.put({ owner: sam, result: createSampleResult('r1') });
        expect(await results.get(id, sam)).toBeUndefined();
        await expect(results.delete(id, sam)).resolves.toBeUndefined();
        expect(await results.get('r1', sam)).toBeDefined();
      },
    );
  });
}
