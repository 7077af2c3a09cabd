import { expect, test } from '@jest/globals';
import type { TaskResult } from '../../shared/contract/task-result.ts';
import { createMemoryFiles, createMemoryResults } from '../../shared/store/memory-store.ts';
import { asker, otherAsker } from '../fakes/fake-ports.ts';

function movableClock(): { now: () => Date; pass: (hours: number) => void } {
  let time = Date.parse('2026-11-23T09:00:00Z');
  return { now: () => new Date(time), pass: (hours) => (time += hours * 3_600_000) };
}
// The store looks at the id alone.
const result = { id: 'r1' } as TaskResult;

test('a result is its owner’s alone, and gone after a day', async () => {
  const clock = movableClock();
  const results = createMemoryResults(clock);
  await results.put({ owner: asker, result });
  await expect(results.get('r1', otherAsker)).resolves.toBeUndefined();
  await expect(results.get('r1', { ...asker, tenantId: 't2' })).resolves.toBeUndefined();
  await results.delete('r1', otherAsker);
  await expect(results.get('r1', asker)).resolves.toBe(result);
  clock.pass(25);
  await expect(results.get('r1', asker)).resolves.toBeUndefined();
});

test('an upload is its owner’s alone, and gone after an hour', async () => {
  const clock = movableClock();
  const files = createMemoryFiles(clock, () => 'f1');
  await files.put({ name: 'a.txt', bytes: new Uint8Array([1]) }, asker);
  await expect(files.get('f1', otherAsker)).resolves.toBeUndefined();
  await expect(files.get('f1', asker)).resolves.toMatchObject({ name: 'a.txt' });
  clock.pass(1.1);
  await expect(files.get('f1', asker)).resolves.toBeUndefined();
});

test('uploads of more than the process can hold are asked to wait', async () => {
  let id = 0;
  const files = createMemoryFiles(movableClock(), () => `f${(id += 1)}`);
  const bytes = new Uint8Array(50 * 1024 * 1024);
  for (let count = 0; count < 4; count += 1) await files.put({ name: 'a', bytes }, asker);
  await expect(files.put({ name: 'a', bytes: new Uint8Array(1) }, asker)).rejects.toMatchObject({ code: 'rate-limited' });
});
