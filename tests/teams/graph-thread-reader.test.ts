import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createGraphThreadReader } from '../../bot/teams/graph-thread-reader.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { ThreadToRead } from '../../shared/ports.ts';

const appId = '33333333-0000-0000-0000-000000000000';
const place = { teamId: 'group 1', channelId: '19:channel@thread.tacv2', rootMessageId: '1700000000001' };
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface GraphAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A server in Microsoft Graph's place: answers by path with query, and records what it was asked. */
async function fakeGraph(
  answer: (path: string, number: number, base: string) => GraphAnswer | undefined,
): Promise<{ base: string; asked: { path: string; headers: IncomingMessage['headers'] }[] }> {
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    const given = answer(request.url ?? '', asked.length, base) ?? { status: 404 };
    response.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers });
    response.end(JSON.stringify(given.body ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.0`;
  return { base, asked };
}

function post(id: string, author: string, content: string, more: object = {}): Record<string, unknown> {
  return {
    id,
    messageType: 'message',
    createdDateTime: `2026-11-23T10:00:0${id}Z`,
    from: { user: { id: author, displayName: author } },
    body: { contentType: 'html', content },
    ...more,
  };
}

function read(baseUrl: string): Promise<ThreadToRead> {
  return createGraphThreadReader({ appId, getToken: () => Promise.resolve('token-1'), baseUrl }).readThread(
    place,
    new AbortController().signal,
  );
}

async function failure(reading: Promise<unknown>): Promise<HumphreyError> {
  const thrown: unknown = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof HumphreyError)) throw new Error(`Expected a HumphreyError, got ${String(thrown)}`);
  return thrown;
}

/** A root and these replies, on one page. */
function thread(root: Record<string, unknown>, replies: Record<string, unknown>[]): (path: string) => GraphAnswer {
  return (path) => ({ body: path.includes('/replies') ? { value: replies } : root });
}

describe('reading a thread from Microsoft Graph', () => {
  test('gives the root first, then the replies by time, with author, time and HTML', async () => {
    const root = post('1', 'Helen', '<p>Plan the launch</p>', { subject: 'Launch' });
    const graph = await fakeGraph(thread(root, [post('3', 'Tom', '<p>Agreed</p>'), post('2', 'Aisha', '<p>8 December?</p>')]));
    expect(await read(graph.base)).toEqual({
      title: 'Launch',
      messages: [
        { author: 'Helen', sent: '2026-11-23T10:00:01Z', html: '<p>Plan the launch</p>' },
        { author: 'Aisha', sent: '2026-11-23T10:00:02Z', html: '<p>8 December?</p>' },
        { author: 'Tom', sent: '2026-11-23T10:00:03Z', html: '<p>Agreed</p>' },
      ],
    });
    expect(graph.asked.map(({ path }) => path)).toEqual([
      '/v1.0/teams/group%201/channels/19%3Achannel%40thread.tacv2/messages/1700000000001',
      '/v1.0/teams/group%201/channels/19%3Achannel%40thread.tacv2/messages/1700000000001/replies?$top=50',
    ]);
    expect(graph.asked[0]?.headers.authorization).toBe('Bearer token-1');
  });

  test('follows pages', async () => {
    const graph = await fakeGraph((path, _number, base) => {
      if (!path.includes('/replies')) return { body: post('1', 'Helen', 'Root') };
      if (path.includes('skip=1')) return { body: { value: [post('3', 'Tom', 'Second page')] } };
      return { body: { value: [post('2', 'Aisha', 'First page')], '@odata.nextLink': `${base}/replies?skip=1` } };
    });
    expect((await read(graph.base)).messages.map((message) => message.html)).toEqual(['Root', 'First page', 'Second page']);
  });

  test('never takes its token to another server that a page names', async () => {
    const elsewhere = await fakeGraph(() => ({ body: { value: [] } }));
    const graph = await fakeGraph((path) =>
      path.includes('/replies')
        ? { body: { value: [], '@odata.nextLink': `${elsewhere.base}/more` } }
        : { body: post('1', 'Helen', 'Root') },
    );
    expect((await failure(read(graph.base))).code).toBe('unreadable');
    expect(elsewhere.asked).toEqual([]);
  });

  test('never follows a redirect with its token', async () => {
    const elsewhere = await fakeGraph(() => ({ body: post('1', 'Eve', 'Elsewhere') }));
    const graph = await fakeGraph(() => ({ status: 302, headers: { location: elsewhere.base } }));
    expect((await failure(read(graph.base))).code).toBe('unreadable');
    expect(elsewhere.asked).toEqual([]);
  });

  test('leaves out what is no part of the thread: deleted posts, system messages, our answers, requests to us', async () => {
    const mentions = [{ mentioned: { application: { id: appId } } }];
    const graph = await fakeGraph(
      thread(post('1', 'Helen', 'Root'), [
        post('2', 'Tom', 'Taken back', { deletedDateTime: '2026-11-23T11:00:00Z' }),
        post('3', 'Tom', 'Tom joined', { messageType: 'systemEventMessage' }),
        post('4', 'x', 'Our summary', { from: { application: { id: appId, displayName: 'Humphrey' } } }),
        post('5', 'Tom', '<p><at id="0">Humphrey</at>&nbsp;summarise this thread</p>', { mentions }),
        post('6', 'Tom', '<p><at id="0">Humphrey</at>&nbsp;The Minister prefers the 9th</p>', { mentions }),
        post('7', 'y', 'Build passed', { from: { application: { id: 'other', displayName: 'Pipeline' } } }),
      ]),
    );
    expect((await read(graph.base)).messages.map((message) => message.author)).toEqual(['Helen', 'Tom', 'Pipeline']);
  });

  test('names what is attached and not read', async () => {
    const graph = await fakeGraph(
      thread(post('1', 'Helen', '<p>See this</p>', { attachments: [{ name: 'Plan <v2>.docx' }, { name: null }] }), []),
    );
    expect((await read(graph.base)).messages[0]?.html).toBe('<p>See this</p><p>Attached, not read: Plan &lt;v2&gt;.docx</p>');
  });

  test('says so when it does not read all of a very long thread', async () => {
    const graph = await fakeGraph((path, _number, base) => {
      if (!path.includes('/replies')) return { body: post('1', 'Helen', 'Root', { subject: 'Launch' }) };
      return { body: { value: Array.from({ length: 900 }, () => post('2', 'Tom', 'Yes')), '@odata.nextLink': `${base}/replies?more` } };
    });
    const long = await read(graph.base);
    expect(long.messages).toHaveLength(2_000);
    expect(long.title).toBe('Launch (only 2000 of its messages were read)');
  });
});

describe('when Microsoft Graph says no', () => {
  test('without consent, says what to grant', async () => {
    const graph = await fakeGraph(() => ({ status: 403 }));
    const error = await failure(read(graph.base));
    expect(error.code).toBe('forbidden');
    expect(error.message).toContain('ChannelMessage.Read.Group');
  });

  test('a thread that is gone is named as such', async () => {
    const graph = await fakeGraph(() => ({ status: 404 }));
    expect((await failure(read(graph.base))).code).toBe('not-found');
  });

  test('429 and 503 are asked again when they say when', async () => {
    const graph = await fakeGraph((path, number) => {
      if (number === 1) return { status: 429, headers: { 'retry-after': '0' } };
      if (number === 2) return { status: 503, headers: { 'retry-after': '0' } };
      return thread(post('1', 'Helen', 'Root'), [])(path);
    });
    expect((await read(graph.base)).messages).toHaveLength(1);
    expect(graph.asked).toHaveLength(4);
  });

  test('a long Retry-After is told instead of waited for', async () => {
    const graph = await fakeGraph(() => ({ status: 429, headers: { 'retry-after': '600' } }));
    expect((await failure(read(graph.base))).code).toBe('rate-limited');
    expect(graph.asked).toHaveLength(1);
  });

  test.each([
    ['no messages', {}],
    ['another shape', { value: [{ id: 7 }] }],
    ['text', 'hello'],
  ])('an answer of %s is an error with a next step', async (_name, body) => {
    const graph = await fakeGraph((path) => ({ body: path.includes('/replies') ? body : post('1', 'Helen', 'Root') }));
    expect((await failure(read(graph.base))).message).toContain('Paste the text to me instead');
  });

  test('cancelling ends it', async () => {
    const cancel = new AbortController();
    const graph = await fakeGraph(() => {
      cancel.abort();
      return { status: 503, headers: { 'retry-after': '5' } };
    });
    const reading = createGraphThreadReader({ appId, getToken: () => Promise.resolve('t'), baseUrl: graph.base }).readThread(
      place,
      cancel.signal,
    );
    expect((await failure(reading)).code).toBe('cancelled');
  });
});
