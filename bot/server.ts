import { ServerResponse, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import restify, { type Next, type Request, type Response } from 'restify';
import { asHumphreyError, HumphreyError } from '../shared/errors.ts';
import type { Log } from '../shared/ports.ts';
import type { Identify } from './api/identity.ts';
import { openApi } from './api/openapi.ts';
import { readBody, readJson, requireJson } from './api/read-body.ts';
import type { Route } from './api/route.ts';
import { sendAnswer, sendError, type Page } from './api/send-answer.ts';

/** Bytes of one Teams activity: Teams allows about 100 KB. */
const MAX_ACTIVITY_BYTES = 1024 * 1024;
/** Open connections finish their answers within this when the server stops. */
const CLOSE_GRACE_MILLISECONDS = 5_000;

export interface ServerParts {
  routes: Route[];
  identify: Identify;
  /** The bot's endpoint: reads the activity and answers by itself. */
  handleActivity: (request: Request, response: Response) => Promise<void>;
  findPage: (pathname: string, ifNoneMatch?: string) => Promise<Page | undefined>;
  /** Which Host names are ours; undefined where a proxy in front decides. */
  allowedHosts: (() => string[]) | undefined;
  log: Log;
}

export interface RunningServer {
  port: number;
  close: () => Promise<void>;
}

/**
 * Loading restify replaces `writeHead` of every server in the process by one that returns nothing, so that
 * `writeHead(…).end()` fails wherever it stands. This gives Node's own return value back.
 */
function mendWriteHead(): void {
  const replaced = Reflect.get(ServerResponse.prototype, 'writeHead') as (this: ServerResponse, ...given: unknown[]) => unknown;
  Reflect.set(ServerResponse.prototype, 'writeHead', function writeHead(this: ServerResponse, ...given: unknown[]): ServerResponse {
    replaced.apply(this, given);
    return this;
  });
}
mendWriteHead();

/** The one HTTP server: Bot Framework endpoint, API, pages. */
export async function startServer(parts: ServerParts, listen: { port: number; host: string }): Promise<RunningServer> {
  const server = restify.createServer({ name: '', ignoreTrailingSlash: true });
  guardAgainstBadAddresses(server);
  for (const route of [...parts.routes, openApiRoute(parts.routes)]) mount(server, route, parts);
  server.post(
    '/api/messages',
    handler(parts, (request, response) => activity(parts, request, response)),
  );
  const page = handler(parts, (request, response) => servePage(parts, request, response));
  server.get('/*', page);
  server.head('/*', page);
  const nothing = handler(parts, () => Promise.reject(nothingHere()));
  for (const method of ['post', 'put', 'patch', 'del', 'opts'] as const) server[method]('/*', nothing);
  // What restify refuses by itself (an address with a broken escape, an odd method) has the contract's body too.
  server.on('restifyError', (_request: Request, _response: Response, error: { toJSON?: () => unknown }, done: () => void) => {
    error.toJSON = () => nothingHere().toBody();
    done();
  });
  const http = server.server as Server;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    // restify tells it a second time, on its own server, where nobody else would hear it.
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return { port: (http.address() as AddressInfo).port, close: () => closeServer(http) };
}

/**
 * restify 12 throws outside every handler on an address it cannot parse (`Host: [`, `GET http://`), which would end the
 * process: such a request is refused before restify looks at it.
 */
function guardAgainstBadAddresses(server: restify.Server): void {
  server.pre((request: Request, response: Response, next: Next) => {
    try {
      if (typeof request.getUrl().pathname !== 'string') throw new TypeError('no path');
      next();
    } catch {
      sendError(response, new HumphreyError('invalid-request', 'The address or the Host header of this request cannot be read.'));
      next(false);
    }
  });
}

type Handle = (request: Request, response: Response) => Promise<void>;

/** One catch for the whole HTTP surface: every failure becomes the contract's error body. */
function handler(parts: ServerParts, handle: Handle): Handle {
  return async (request, response) => {
    try {
      await handle(request, response);
    } catch (thrown) {
      const error = asHumphreyError(thrown);
      const cause = error.cause instanceof Error ? error.cause.name : undefined;
      if (error.code === 'internal-error')
        parts.log.error(
          { code: error.code, cause, route: request.getRoute().path as string },
          'a request failed for a reason nobody expected',
        );
      sendError(response, error);
    }
  };
}

function mount(server: restify.Server, route: Route, parts: ServerParts): void {
  const handle = handler(parts, (request, response) => answer(route, parts, { request, response }));
  if (route.method === 'GET') server.get(route.path, handle);
  else if (route.method === 'POST') server.post(route.path, handle);
  else server.del(route.path, handle);
}

async function answer(route: Route, parts: ServerParts, exchange: { request: Request; response: Response }): Promise<void> {
  const { request, response } = exchange;
  checkHost(parts, request);
  const asker = route.access === 'asker' ? parts.identify(request.headers) : { tenantId: '', objectId: '' };
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  const body = await bodyOf(route, request);
  const url = urlOf(request);
  const parameters = Object.fromEntries(
    Object.entries((request.params ?? {}) as Record<string, unknown>).map(([name, value]) => [name, String(value)]),
  );
  await sendAnswer(
    response,
    await route.run({ parameters, query: url.searchParams, headers: request.headers, asker, body, signal: gone.signal }),
  );
}

async function bodyOf(route: Route, request: Request): Promise<unknown> {
  if (!route.body) return undefined;
  if (route.body.kind === 'bytes') return readBody(request, route.body.maxBytes);
  return readJson(request, route.body);
}

async function activity(parts: ServerParts, request: Request, response: Response): Promise<void> {
  checkHost(parts, request);
  // Where nobody's token is checked, a web page elsewhere must not pass for the channel.
  if (parts.allowedHosts) parts.identify(request.headers);
  requireJson(request);
  const bytes = await readBody(request, MAX_ACTIVITY_BYTES);
  try {
    request.body = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw new HumphreyError('invalid-request', 'The activity is not JSON.', { cause });
  }
  await parts.handleActivity(request, response);
}

async function servePage(parts: ServerParts, request: Request, response: Response): Promise<void> {
  checkHost(parts, request);
  const url = urlOf(request);
  const page = url.pathname.startsWith('/api/') ? undefined : await parts.findPage(url.pathname, request.headers['if-none-match']);
  if (!page) throw nothingHere();
  response.writeHead(page.status, page.headers);
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

/** The address asked for; `//` and its like have none that can be read. */
function urlOf(request: Request): URL {
  const url = URL.parse(`http://localhost${request.url ?? '/'}`);
  if (!url) throw nothingHere();
  return url;
}

function nothingHere(): HumphreyError {
  return new HumphreyError('not-found', 'There is nothing at this address. Check it for a typing mistake.');
}

function checkHost(parts: ServerParts, request: Request): void {
  const hosts = parts.allowedHosts?.();
  if (!hosts || hosts.includes(request.headers.host?.toLowerCase() ?? '')) return;
  throw new HumphreyError('forbidden', `This Humphrey answers only on this machine. Open http://${hosts[0] ?? 'localhost'}.`);
}

function openApiRoute(routes: Route[]): Route {
  const description = openApi(routes);
  return {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This description.',
    access: 'anyone',
    answers: { 200: { description: 'OpenAPI 3.1' } },
    run: () => Promise.resolve({ status: 200, json: description }),
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const grace = setTimeout(() => {
    server.closeAllConnections();
  }, CLOSE_GRACE_MILLISECONDS);
  await closed;
  clearTimeout(grace);
}
