import { describe, expect, test } from '@jest/globals';
import { createTaskClient, type ClientEvent } from '../../addin/taskpane/task-client.ts';

const request = { task: 'summarise' as const, sources: [] };

async function eventsOf(
  answer: (input: unknown, init?: RequestInit) => Promise<Response>,
  signal = new AbortController().signal,
): Promise<ClientEvent[]> {
  const events: ClientEvent[] = [];
  for await (const event of createTaskClient(answer).run(request, signal)) events.push(event);
  return events;
}

function streamed(...chunks: (string | Uint8Array)[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

const refusal = { error: { code: 'too-large', message: 'This is larger than 50 MB. Send the part you need.' } };

describe('the client of POST /api/tasks', () => {
  test('gives each event and stops after the last', async () => {
    const error = 'data: {"type":"error","error":{"code":"cancelled","message":"Stopped."}}\n\n';
    const events = await eventsOf(() =>
      Promise.resolve(streamed('data: {"type":"accepted","id":"1"}\n\n', error, 'data: {"type":"accepted","id":"never"}\n\n')),
    );
    expect(events.map((event) => event.type)).toEqual(['accepted', 'error']);
  });

  test('puts a character together that two chunks share', async () => {
    const bytes = new TextEncoder().encode('data: {"type":"accepted","id":"£"}\n\n');
    const middle = bytes.indexOf(0xc2) + 1;
    const [event] = await eventsOf(() => Promise.resolve(streamed(bytes.slice(0, middle), bytes.slice(middle))));
    expect(event).toEqual({ type: 'accepted', id: '£' });
  });

  test('gives an error that came before the stream in the server’s words', async () => {
    expect(await eventsOf(() => Promise.resolve(Response.json(refusal, { status: 413 })))).toEqual([{ type: 'error', ...refusal }]);
  });

  test.each([
    [
      'a page of a proxy',
      () => Promise.resolve(new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } })),
      'Humphrey cannot be reached.',
    ],
    ['no network', () => Promise.reject(new TypeError('Failed to fetch')), 'Humphrey cannot be reached.'],
    [
      'a stream without an end',
      () => Promise.resolve(streamed('data: {"type":"accepted","id":"1"}\n\n')),
      'The connection to Humphrey was lost',
    ],
    [
      'a stream of something else',
      () => Promise.resolve(streamed('data: <html>\n\n')),
      'Humphrey answered in a way this pane does not understand.',
    ],
    [
      'JSON without an error',
      () => Promise.resolve(Response.json({ ok: true })),
      'Humphrey answered in a way this pane does not understand.',
    ],
  ])('tells %s in a sentence', async (_name, answer, sentence) => {
    const last = (await eventsOf(answer)).at(-1);
    expect(last).toMatchObject({ type: 'lost' });
    expect(last).toHaveProperty('message', expect.stringContaining(sentence));
  });

  test('an abort is an abort, not a lost connection', async () => {
    const abort = new AbortController();
    const events = eventsOf(() => {
      abort.abort();
      return Promise.reject(new DOMException('aborted', 'AbortError'));
    }, abort.signal);
    await expect(events).rejects.toHaveProperty('name', 'AbortError');
  });

  test('asks for events and cancels by id, and cancelling in vain is quiet', async () => {
    const calls: { url: unknown; init: RequestInit | undefined }[] = [];
    const client = createTaskClient((url: unknown, init?: RequestInit) => {
      calls.push({ url, init });
      return Promise.reject(new TypeError('Failed to fetch'));
    });
    await client.cancel('a/b');
    expect(calls[0]).toMatchObject({ url: '/api/tasks/a%2Fb/cancel', init: { method: 'POST' } });
  });
});
