import { expect, test } from '@jest/globals';
import { paneSize } from '../bench/pane-size.ts';

test('the pane is at most 25 KB of our own code and styles, compressed', async () => {
  const { gzipBytes } = await paneSize();
  expect(gzipBytes).toBeGreaterThan(5_000);
  expect(gzipBytes).toBeLessThanOrEqual(25 * 1024);
});
