import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createTeamsSurface, type TeamsSurface } from '../../bot/teams/teams-surface.ts';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import { createPostgresInbox, type InboxTimes } from '../../shared/jobs/inbox-postgres.ts';
import { listenForNotifications } from '../../shared/jobs/notifications.ts';
import type { Inbox, Outbox } from '../../shared/ports.ts';
import { createConversationRows } from '../../shared/store/conversation-rows.ts';
import { openDatabase } from '../../shared/store/database.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { exampleResult } from '../cards/example-result.ts';

/** The steps of an activity's life, in their order, at each of which a process can be made to die. */
export const crashSteps = [
  'before-store',
  'after-store',
  'before-placeholder',
  'placeholder-announced',
  'placeholder-posted',
  'placeholder-kept',
  'before-call',
  'during-call',
  'after-call',
  'before-answer-kept',
  'after-answer-kept',
  'after-delivery',
  'after-end',
] as const;
export type CrashStep = (typeof crashSteps)[number];

/** A small Humphrey for trials: the real surface, inbox and outbox, with a slow model that the parent process plays. */
export interface CrashHostSettings {
  databaseUrl: string;
  keyFile: string;
  modelUrl: string;
  times: Partial<InboxTimes>;
  crashAt?: CrashStep;
}

/** `work` and `rest` begin and end the answering; activities are always taken in. */
export type CrashHostOrder = 'work' | 'rest';

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '') as CrashHostSettings);

async function run(settings: CrashHostSettings): Promise<void> {
  process.once('disconnect', () => process.exit());
  const log = { info: () => undefined, warn: tell, error: tell };
  const database = openDatabase({ url: settings.databaseUrl, log });
  const wrapper = await openKeyFile(settings.keyFile);
  const notifications = listenForNotifications(database, log);
  const clock = { now: () => new Date() };
  const open = (answers: boolean): TeamsSurface => {
    const inbox = createPostgresInbox({ database, wrapper, notifications, clock, log, times: settings.times });
    return createTeamsSurface(
      { appId: '', development: true, allowedServiceUrls: [], allowedDownloadHosts: [] },
      {
        runTask: (request, _asker, signal) => callModel(settings, request, signal),
        threadReader: { readThread: () => Promise.resolve({ messages: [] }) },
        checkEnvelope: () => undefined,
        inbox: crashing(inbox, settings.crashAt),
        memory: createConversationRows({ database, wrapper, clock }),
        answers,
        clock,
        log,
        newId: randomUUID,
      },
    );
  };
  let surface = open(false);
  process.on('message', (order: CrashHostOrder) => {
    const before = surface;
    surface = open(order === 'work');
    void before.stop().then(() => process.send?.({ did: order }));
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void surface.handleActivity(
        { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown },
        response,
      );
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
}

function tell(fields: Record<string, unknown>, message: string): void {
  process.send?.({ log: message, fields });
}

function crashIf(here: CrashStep, at: CrashStep | undefined): void {
  if (here === at) process.kill(process.pid, 'SIGKILL');
}

/** The paid call: the parent counts it, and answers after a while. */
async function* callModel(settings: CrashHostSettings, request: TaskRequest, signal: AbortSignal): AsyncGenerator<TaskEvent> {
  const id = randomUUID();
  yield { type: 'accepted', id };
  crashIf('before-call', settings.crashAt);
  const call = fetch(settings.modelUrl, { method: 'POST', body: JSON.stringify({ ask: request.instruction, by: process.pid }), signal });
  if (settings.crashAt === 'during-call') {
    await wait(50);
    crashIf('during-call', settings.crashAt);
  }
  const { text } = (await (await call).json()) as { text: string };
  crashIf('after-call', settings.crashAt);
  const result = exampleResult({ id });
  const output = result.output.kind === 'summary' ? { ...result.output, headline: { ...result.output.headline, text } } : result.output;
  yield { type: 'result', result: { ...result, output } };
}

/** The inbox, with a death at one step of it. */
function crashing(inbox: Inbox, at: CrashStep | undefined): Inbox {
  return {
    ...inbox,
    accept: async (arrival) => {
      crashIf('before-store', at);
      const acceptance = await inbox.accept(arrival);
      crashIf('after-store', at);
      return acceptance;
    },
    work: (handle) => {
      inbox.work((taken, signal) => handle({ ...taken, outbox: crashingOutbox(taken.outbox, at) }, signal));
    },
  };
}

function crashingOutbox(outbox: Outbox, at: CrashStep | undefined): Outbox {
  return {
    durable: outbox.durable,
    answer: outbox.answer,
    get placeholder() {
      return outbox.placeholder;
    },
    get orphans() {
      return outbox.orphans;
    },
    keepPlaceholder: async (next) => {
      crashIf(next.state === 'posting' ? 'before-placeholder' : 'placeholder-posted', at);
      await outbox.keepPlaceholder(next);
      crashIf(next.state === 'posting' ? 'placeholder-announced' : 'placeholder-kept', at);
    },
    keepAnswer: async (answer) => {
      crashIf('before-answer-kept', at);
      await outbox.keepAnswer(answer);
      crashIf('after-answer-kept', at);
    },
    end: async (ending) => {
      crashIf('after-delivery', at);
      await outbox.end(ending);
      crashIf('after-end', at);
    },
    postpone: () => outbox.postpone(),
  };
}
