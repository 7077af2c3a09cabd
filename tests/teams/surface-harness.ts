import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTeamsSurface, type TeamsCore, type TeamsSettings, type TeamsSurface } from '../../bot/teams/teams-surface.ts';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { Asker, LogFields, ThreadPlace } from '../../shared/ports.ts';
import { startFakeConnector, type FakeConnector } from '../fakes/fake-connector.ts';
import { exampleResult } from '../cards/example-result.ts';

export interface AskedTask {
  request: TaskRequest;
  asker: Asker;
  signal: AbortSignal;
}

/** The Teams surface behind a real HTTP server, with a fake connector and a core that records what it is asked. */
export interface SurfaceHarness {
  surface: TeamsSurface;
  connector: FakeConnector;
  url: string;
  /** What the core was asked to do, in order. */
  asked: AskedTask[];
  /** Threads that were read. */
  threads: ThreadPlace[];
  logged: { fields: LogFields; message: string }[];
  /** POSTs a body to /api/messages as the channel does. */
  post: (body: unknown, headers?: Record<string, string>) => Promise<{ status: number; milliseconds: number; body: string }>;
  close: () => Promise<void>;
}

export interface HarnessOptions {
  /** What the core answers; default: one example result. */
  runTask?: (task: AskedTask) => AsyncIterable<TaskEvent>;
  settings?: Partial<TeamsSettings>;
  core?: Partial<TeamsCore>;
}

export async function startHarness(options: HarnessOptions = {}): Promise<SurfaceHarness> {
  const connector = await startFakeConnector();
  const asked: AskedTask[] = [];
  const threads: ThreadPlace[] = [];
  const logged: SurfaceHarness['logged'] = [];
  const log = (fields: LogFields, message: string): void => void logged.push({ fields, message });
  let ids = 0;
  const surface = createTeamsSurface(
    { appId: '', development: true, allowedServiceUrls: [], allowedDownloadHosts: [], ...options.settings },
    {
      runTask: (request, asker, signal) => {
        const task = { request, asker, signal };
        asked.push(task);
        return (options.runTask ?? answerAtOnce)(task);
      },
      threadReader: {
        readThread: (place) => {
          threads.push(place);
          return Promise.resolve({
            title: 'Launch',
            messages: [{ author: 'Helen Marsh', sent: '2026-11-20T09:00:00Z', text: 'We launch on Tuesday 8 December.' }],
          });
        },
      },
      checkEnvelope: refuseSecret,
      log: { info: log, warn: log, error: log },
      clock: { now: () => new Date('2026-11-23T10:00:00Z') },
      newId: () => `id-${(ids += 1)}`,
      ...options.core,
    },
  );
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // The Playground asks with HEAD whether anybody is there.
      if (request.method !== 'POST') {
        response.end();
        return;
      }
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      void surface.handleActivity({ headers: request.headers, body }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`;
  return {
    surface,
    connector,
    url,
    asked,
    threads,
    logged,
    post: (body, headers = {}) => post(url, body, headers),
    close: async () => {
      await surface.stop();
      await connector.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

async function post(
  url: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<{ status: number; milliseconds: number; body: string }> {
  const started = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, milliseconds: performance.now() - started, body: await response.text() };
}

// A generator without a wait of its own still has to be asynchronous for the core's door.
async function* answerAtOnce(): AsyncGenerator<TaskEvent> {
  yield await Promise.resolve({ type: 'accepted', id: 'task-1' } as const);
  yield { type: 'result', result: exampleResult() };
}

/** The gate as the surface sees it; the real one has suites of its own. */
function refuseSecret(texts: string[]): void {
  if (texts.some((text) => /\bSECRET\b/u.test(text)))
    throw new HumphreyError('marking-refused', 'This is marked SECRET. Humphrey takes material up to OFFICIAL-SENSITIVE.');
}
