import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it crossed the wire. */
export interface ConnectorCall {
  method: string;
  path: string;
  /** Decoded, as in the activity. */
  conversation: string;
  /** Of the activity that is replied to or updated. */
  activity: string | undefined;
  headers: IncomingMessage['headers'];
  body: ConnectorBody;
  at: number;
}

/** What tests look at in an outbound activity; all of it is there. */
export interface ConnectorBody {
  type?: string;
  text?: string;
  textFormat?: string;
  summary?: string;
  attachments?: { contentType: string; content: Record<string, unknown> }[];
  entities?: Record<string, unknown>[];
}

export type ConnectorAnswer = { status: number; headers?: Record<string, string>; body?: unknown } | 'hang' | 'reset';

/** A real HTTP server in the place of the Bot Framework connector: captures every request and answers as it is told. */
export interface FakeConnector {
  /** For an activity's serviceUrl. */
  url: string;
  calls: ConnectorCall[];
  /** Messages posted or put, without typing. */
  messages: () => ConnectorCall[];
  /** Decides an answer by the call and its number from 1; undefined answers as Teams does. */
  answerWith: (decide: (call: ConnectorCall, number: number) => ConnectorAnswer | undefined) => void;
  /** Resolves with the first call, past or to come, that fits; fails after five seconds with what was captured. */
  waitFor: (fits: (call: ConnectorCall) => boolean) => Promise<ConnectorCall>;
  stop: () => Promise<void>;
}

const PATH = /^\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/u;
const TEAM_PATH = /^\/v3\/teams\/([^/]+)$/u;
const WAIT_MILLISECONDS = 5_000;

export async function startFakeConnector(): Promise<FakeConnector> {
  const calls: ConnectorCall[] = [];
  const watchers = new Set<(call: ConnectorCall) => void>();
  let decide: (call: ConnectorCall, number: number) => ConnectorAnswer | undefined = () => undefined;
  let lastId = 0;
  // Typing has ids of its own: whether it or the message that follows comes first is chance.
  const nextId = (call: ConnectorCall): string => (call.body.type === 'typing' ? `typing-${calls.length}` : `message-${(lastId += 1)}`);

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    calls.push(call);
    const answer = decide(call, calls.length) ?? usualAnswer(call, nextId(call));
    for (const watcher of watchers) watcher(call);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => request.socket.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    messages: () => calls.filter((call) => call.body.type === 'message'),
    answerWith: (next) => {
      decide = next;
    },
    waitFor: (fits) =>
      new Promise((resolve, reject) => {
        const found = calls.find(fits);
        if (found) {
          resolve(found);
          return;
        }
        const timer = setTimeout(() => {
          watchers.delete(watcher);
          reject(new Error(`The connector was not called as expected. It saw:\n${calls.map(outline).join('\n')}`));
        }, WAIT_MILLISECONDS);
        const watcher = (call: ConnectorCall): void => {
          if (!fits(call)) return;
          clearTimeout(timer);
          watchers.delete(watcher);
          resolve(call);
        };
        watchers.add(watcher);
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function readCall(request: IncomingMessage): Promise<ConnectorCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const path = (request.url ?? '').split('?')[0] ?? '';
  const [, conversation, activity] = PATH.exec(path) ?? [];
  return {
    method: request.method ?? '',
    path,
    conversation: conversation === undefined ? '' : decodeURIComponent(conversation),
    activity: activity === undefined ? undefined : decodeURIComponent(activity),
    headers: request.headers,
    body: text === '' ? {} : (JSON.parse(text) as ConnectorBody),
    at: Date.now(),
  };
}

function usualAnswer(call: ConnectorCall, id: string): ConnectorAnswer {
  if (call.method === 'POST' && call.conversation !== '') return { status: 201, body: { id } };
  if (call.method === 'PUT' && call.activity !== undefined) return { status: 200, body: { id: call.activity } };
  const team = TEAM_PATH.exec(call.path)?.[1];
  if (call.method === 'GET' && team !== undefined)
    return { status: 200, body: { id: team, name: 'Clean Air Policy', aadGroupId: 'group-of-team' } };
  // A call that nobody expected fails loudly.
  return { status: 501, body: { error: { code: 'NotImplemented', message: `${call.method} ${call.path}` } } };
}

function outline(call: ConnectorCall): string {
  return `${call.method} ${call.path} ${call.body.type ?? ''} ${call.body.text ?? ''}`;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
