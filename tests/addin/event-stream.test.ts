import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEventStreamParser } from '../../addin/ui/event-stream.ts';
import type { TaskEvent } from '../../shared/contract/task-event.ts';

const events: TaskEvent[] = [
  { type: 'accepted', id: 'a' },
  { type: 'progress', progress: { step: 'thinking', done: 1, total: 2 } },
  { type: 'error', error: { code: 'model-failed', message: 'Zażółć “gęślą” £41.2 million\ndata: not a line of its own' } },
];
const stream = `: heartbeat\n\n${events.map((event, index) => `id: ${index}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(': heartbeat\n\n')}`;

describe('the parser of server-sent events', () => {
  test('gives the same events however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 12 }), (cuts) => {
        const parser = createEventStreamParser();
        const places = [0, ...cuts.sort((one, other) => one - other), stream.length];
        const found = places.slice(1).flatMap((end, index) => parser.push(stream.slice(places[index], end)));
        expect(found).toEqual(events);
      }),
    );
  });

  test('takes carriage returns, cut in the middle too, and data without a space', () => {
    const parser = createEventStreamParser();
    expect([...parser.push('data:{"type":"accepted","id":"a"}\r'), ...parser.push('\n\r'), ...parser.push('\n: x\r\n')]).toEqual([
      events[0],
    ]);
  });

  test('gives nothing for an event that is not finished', () => {
    expect(createEventStreamParser().push(`data: ${JSON.stringify(events[0])}\n`)).toEqual([]);
  });

  test('throws on data that is not JSON, which the caller tells as a failure', () => {
    expect(() => createEventStreamParser().push('data: <html>\n\n')).toThrow(SyntaxError);
  });
});
