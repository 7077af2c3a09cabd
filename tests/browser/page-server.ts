import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPages, type Pages } from '../../bot/pages.ts';
import { errorStatuses, type ErrorBody, type TaskEvent } from '../../shared/contract/task-event.ts';
import { TaskRequest } from '../../shared/contract/task-request.ts';

/** What the scripted server does with a request: sends events, and may wait for the test in between. */
export type TaskScript = (request: TaskRequest, send: (event: TaskEvent) => void, signal: AbortSignal) => Promise<void>;

/** A server of the real pages with a scripted POST /api/tasks, so that states such as slow progress hold still. */
export interface PageServer {
  url: string;
  /** The next tasks run by this; without it they fail. */
  script: TaskScript;
  /** Answers POST /api/tasks with an error before any stream. */
  refusal: ErrorBody['error'] | undefined;
  /** Requests as they came, each valid by the contract. */
  requests: TaskRequest[];
  cancelled: string[];
  close: () => Promise<void>;
}

const about = { engine: { name: 'offline', model: 'key-sentences' }, offline: true, playground: 'http://localhost:56150/' };

export async function startPageServer(): Promise<PageServer> {
  const pages = createPages({ root: new URL('../../', import.meta.url), demo: true });
  const state: PageServer = {
    url: '',
    script: () => Promise.reject(new Error('This test scripted no task.')),
    refusal: undefined,
    requests: [],
    cancelled: [],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const cancelled = /^\/api\/tasks\/(.+)\/cancel$/.exec(pathname)?.[1];
    if (cancelled) state.cancelled.push(cancelled);
    if (pathname === '/api/tasks') await runTask(state, request, response);
    else if (pathname === '/api/about') sendJson(response, 200, about);
    else if (cancelled) sendJson(response, 200, {});
    else await sendPage(pages, request, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return state;
}

async function sendPage(pages: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = await pages.find(new URL(request.url ?? '/', 'http://localhost').pathname, request.headers['if-none-match']);
  if (page) response.writeHead(page.status, page.headers).end(page.body);
  else sendJson(response, 404, { error: { code: 'not-found', message: 'There is nothing at this address.' } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function runTask(state: PageServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const taskRequest = TaskRequest.parse(JSON.parse(Buffer.concat(chunks).toString()));
  state.requests.push(taskRequest);
  if (state.refusal) {
    sendJson(response, errorStatuses[state.refusal.code], { error: state.refusal });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  let id = 0;
  const send = (event: TaskEvent): void => {
    id += 1;
    response.write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  await state.script(taskRequest, send, gone.signal);
  response.end();
}
