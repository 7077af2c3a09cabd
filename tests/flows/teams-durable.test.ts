import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import { createPostgresInbox } from '../../shared/jobs/inbox-postgres.ts';
import { listenForNotifications, type Notifications } from '../../shared/jobs/notifications.ts';
import { createConversationRows } from '../../shared/store/conversation-rows.ts';
import { openDatabase, type Database } from '../../shared/store/database.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { exampleResult } from '../cards/example-result.ts';
import type { ConnectorAnswer } from '../fakes/fake-connector.ts';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';
import { query, silentLog } from '../store/test-servers.ts';
import { channelMessage, personalMessage } from '../teams/activities.ts';
import { startHarness, type AskedTask, type HarnessOptions, type SurfaceHarness } from '../teams/surface-harness.ts';

const clock = { now: () => new Date('2026-11-23T10:00:00Z') };
const paper = 'The board met on Monday and agreed to review the grant scheme in the spring. '.repeat(12).trim();
let folder: string;
let databaseUrl: string;
let database: Database;
let notifications: Notifications;
let harnesses: SurfaceHarness[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'humphrey-durable-'));
});
beforeEach(async () => {
  databaseUrl = await takeTestDatabase();
  database = openDatabase({ url: databaseUrl, log: silentLog });
  notifications = listenForNotifications(database, silentLog);
});
afterEach(async () => {
  await Promise.all(harnesses.map((harness) => harness.close()));
  harnesses = [];
  await notifications.close();
  await database.close();
  await leaveTestDatabase(databaseUrl);
});
afterAll(() => rm(folder, { recursive: true }));

/** A Humphrey of its own on the common database: another process, as far as the inbox can see. */
async function start(runTask?: HarnessOptions['runTask'], on = database): Promise<SurfaceHarness> {
  const wrapper = await openKeyFile(join(folder, 'keys'));
  const times = { graceMilliseconds: 0, lookMilliseconds: 50, firstRetryMilliseconds: 20 };
  const harness = await startHarness({
    ...(runTask ? { runTask } : {}),
    core: {
      inbox: createPostgresInbox({ database: on, wrapper, notifications, clock, log: silentLog, times }),
      memory: createConversationRows({ database: on, wrapper, clock }),
    },
  });
  harnesses.push(harness);
  return harness;
}

/** What people see in the end: each message in its last form. */
function shown({ connector }: SurfaceHarness): string[] {
  const messages = new Map<string, string>();
  let posted = 0;
  for (const { method, activity, body } of connector.messages()) {
    const id = method === 'PUT' && activity !== undefined ? activity : `message-${(posted += 1)}`;
    messages.set(id, body.text ?? body.summary ?? '');
  }
  return [...messages.values()];
}

async function states(): Promise<unknown[]> {
  return query(databaseUrl, `select state, code from humphrey.activity order by sequence`);
}

const heldUntilAborted = async function* ({ signal }: AskedTask): AsyncGenerator<TaskEvent> {
  yield { type: 'accepted', id: 'task' };
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  yield { type: 'error', error: { code: 'cancelled', message: 'The task was cancelled.' } };
};

function say(harness: SurfaceHarness, text: string, more: Record<string, unknown> = {}): Promise<{ status: number; body: string }> {
  return harness.post({ ...personalMessage({ serviceUrl: (harnesses[0] ?? harness).connector.url, text }), ...more });
}

describe('across a restart', () => {
  test('"shorter" still works on the last result, a question on the last sources', async () => {
    const first = await start();
    await say(first, `Summarise this:\n${paper}`);
    await first.surface.idle();
    await first.surface.stop();
    const second = await start();
    await say(second, 'make it shorter');
    await say(second, 'who signs it off?');
    await second.surface.idle();
    expect(second.asked.map(({ request }) => request)).toEqual([
      { instruction: 'make it shorter', sources: [], previous: 'result-1' },
      { instruction: 'who signs it off?', sources: [{ kind: 'text', text: paper, name: 'Pasted text' }] },
    ]);
  });

  test('what runs is finished by another process, in the same message', async () => {
    const first = await start(heldUntilAborted);
    await say(first, 'Summarise the plan');
    await first.connector.waitFor((call) => call.body.text === 'Working on it…');
    const second = await start();
    await first.surface.stop();
    await second.surface.idle();
    expect(shown(first)).toEqual(['OFFICIAL – Summary']);
    expect(await states()).toEqual([{ state: 'answered', code: null }]);
  });

  test('a message that is sent again is not answered again', async () => {
    const first = await start();
    await say(first, 'Summarise the plan', { id: 'same' });
    await first.surface.idle();
    await first.surface.stop();
    const second = await start();
    expect((await say(second, 'Summarise the plan', { id: 'same' })).status).toBe(200);
    await second.surface.idle();
    expect(second.asked).toEqual([]);
    expect(shown(first)).toHaveLength(1);
  });
});

describe('a delivery that fails', () => {
  test('is tried again later, and the model is not asked again', async () => {
    const harness = await start();
    let refusals = 3;
    harness.connector.answerWith((call) => (call.method === 'PUT' && refusals-- > 0 ? { status: 401 } : undefined));
    await say(harness, 'Summarise the plan');
    await harness.surface.idle();
    expect(harness.asked).toHaveLength(1);
    expect(shown(harness)).toEqual(['OFFICIAL – Summary']);
    expect(await states()).toEqual([{ state: 'answered', code: null }]);
  });

  test.each<[string, ConnectorAnswer]>([
    ['a 500', { status: 500 }],
    ['a lost reply', 'reset'],
  ])('after %s to the placeholder puts the answer into a second one, and counts the first', async (_name, answer) => {
    const harness = await start();
    let failures = 1;
    harness.connector.answerWith((call) => (call.body.text === 'Working on it…' && failures-- > 0 ? answer : undefined));
    await say(harness, 'Summarise the plan');
    await harness.surface.idle();
    const outline = harness.connector.messages().map(({ method, body }) => `${method} ${body.text ?? body.summary ?? ''}`);
    expect(outline).toEqual(['POST Working on it…', 'POST Your answer is ready…', 'PUT OFFICIAL – Summary']);
    expect(await query(databaseUrl, 'select orphans from humphrey.outbox')).toEqual([{ orphans: 1 }]);
  });

  test.each([403, 404])('with %d to the placeholder ends it, and costs no model call', async (status) => {
    const harness = await start();
    harness.connector.answerWith((call) => (call.body.type === 'message' ? { status } : undefined));
    await say(harness, 'Summarise the plan');
    await harness.surface.idle();
    expect(harness.asked).toEqual([]);
    expect(harness.connector.messages()).toHaveLength(1);
    expect(await states()).toEqual([{ state: 'failed', code: 'conversation-gone' }]);
  });

  test('with 403 to the answer ends it, and that is recorded', async () => {
    const harness = await start();
    harness.connector.answerWith((call) => (call.method === 'PUT' ? { status: 403 } : undefined));
    await say(harness, 'Summarise the plan');
    await harness.surface.idle();
    expect(await states()).toEqual([{ state: 'failed', code: 'undelivered-403' }]);
    expect(harness.logged.map(({ message }) => message)).toContain('an answer could not be delivered');
  });

  test('with 413 becomes words alone', async () => {
    const harness = await start();
    harness.connector.answerWith((call) => (call.method === 'PUT' && call.body.attachments ? { status: 413 } : undefined));
    await say(harness, 'Summarise the plan');
    await harness.surface.idle();
    expect(shown(harness)).toEqual(['OFFICIAL – Summary. The answer could not be shown here. Ask for a short one.']);
  });

  test('for ever is given up', async () => {
    const harness = await start();
    harness.connector.answerWith((call) => (call.method === 'POST' && call.body.type === 'message' ? { status: 500 } : undefined));
    await say(harness, 'Summarise the plan');
    await harness.surface.idle();
    expect(harness.asked).toHaveLength(1);
    expect(await states()).toEqual([{ state: 'failed', code: 'undelivered' }]);
    // Each may stand there: no more than this are risked.
    expect(harness.connector.messages().length).toBeLessThanOrEqual(6);
  });
});

describe('a person who thinks again', () => {
  test('cancels through a process that does not run the task', async () => {
    const first = await start(heldUntilAborted);
    await say(first, 'Summarise the plan');
    await first.connector.waitFor((call) => call.body.text === 'Working on it…');
    await say(first, 'and the second one');
    const second = await start();
    await say(second, 'cancel');
    await second.surface.idle();
    expect(shown(first)).toEqual(['Stopped, as you asked.', 'Cancelled. I also dropped 1 waiting request of yours.']);
    expect(await states()).toEqual([
      { state: 'refused', code: 'cancelled' },
      { state: 'refused', code: 'cancelled' },
      { state: 'answered', code: null },
    ]);
  });

  const later = { timestamp: '2026-11-23T10:00:05.000Z' };

  test('edits, and the edited form is answered in the first one’s place', async () => {
    const harness = await start((task) => (task.request.instruction === 'Summarise the paln' ? heldUntilAborted(task) : answered()));
    await say(harness, 'Summarise the paln', { id: 'asked' });
    await harness.connector.waitFor((call) => call.body.text === 'Working on it…');
    await say(harness, 'Summarise the plan', { ...later, id: 'asked', type: 'messageUpdate', channelData: { eventType: 'editMessage' } });
    await harness.surface.idle();
    expect(harness.asked.map(({ request }) => request.instruction)).toEqual(['Summarise the paln', 'Summarise the plan']);
    expect(shown(harness)).toEqual(['OFFICIAL – Summary']);
  });

  test('edits in words that may not be kept: what ran is stopped, and the refusal told', async () => {
    const harness = await start(heldUntilAborted);
    await say(harness, 'Summarise the plan', { id: 'asked' });
    await harness.connector.waitFor((call) => call.body.text === 'Working on it…');
    await say(harness, 'SECRET: the plan', { ...later, id: 'asked', type: 'messageUpdate' });
    await harness.surface.idle();
    expect(shown(harness).sort()).toEqual([
      'Stopped, because you changed or deleted your message.',
      'This is marked SECRET. Humphrey takes material up to OFFICIAL-SENSITIVE.',
    ]);
  });

  test('edits after the answer, and nothing is done again', async () => {
    const harness = await start();
    await say(harness, 'Summarise the plan', { id: 'asked' });
    await harness.surface.idle();
    await say(harness, 'Summarise the other plan', { ...later, id: 'asked', type: 'messageUpdate' });
    await harness.surface.idle();
    expect(harness.asked).toHaveLength(1);
  });

  test('deletes, and it is stopped', async () => {
    const harness = await start(heldUntilAborted);
    await say(harness, 'Summarise the plan', { id: 'asked' });
    await harness.connector.waitFor((call) => call.body.text === 'Working on it…');
    await say(harness, '', { id: 'asked', type: 'messageDelete' });
    await harness.surface.idle();
    expect(shown(harness)).toEqual(['Stopped, because you changed or deleted your message.']);
  });

  test('removes Humphrey: what runs ends without a word, and nothing of content is left', async () => {
    const harness = await start((task) => (task.request.instruction === 'the other' ? heldUntilAborted(task) : answered()));
    await say(harness, `Summarise this:\n${paper}`);
    await harness.surface.idle();
    await say(harness, 'the other');
    await harness.connector.waitFor(() => harness.connector.messages().length === 3);
    await say(harness, '', { id: 'gone', type: 'installationUpdate', action: 'remove' });
    await harness.surface.idle();
    await wait(50);
    expect(harness.connector.messages()).toHaveLength(3);
    expect(await states()).toEqual([
      { state: 'answered', code: null },
      { state: 'refused', code: 'erased' },
    ]);
    for (const table of ['record_key', 'activity_content', 'follow_up', 'follow_up_part'])
      expect(await query(databaseUrl, `select 1 from humphrey.${table}`)).toEqual([]);
  });

  test('removes Humphrey from a team: what its threads remember goes too', async () => {
    const harness = await start();
    const url = harness.connector.url;
    await harness.post(channelMessage({ serviceUrl: url, text: 'summarise this thread' }));
    await harness.surface.idle();
    expect(await query(databaseUrl, `select 1 from humphrey.follow_up`)).toHaveLength(1);
    const general = channelMessage({ serviceUrl: url, conversation: '19:general@thread.tacv2', mention: false });
    await harness.post({ ...general, type: 'conversationUpdate', membersRemoved: [{ id: '28:humphrey' }] });
    expect(await query(databaseUrl, `select 1 from humphrey.follow_up`)).toEqual([]);
  });
});

async function* answered(): AsyncGenerator<TaskEvent> {
  yield await Promise.resolve({ type: 'result', result: exampleResult() } as const);
}

describe('what arrives at the wrong moment', () => {
  test('more than ten minutes late is told so, and not acted on', async () => {
    const harness = await start();
    const late = { timestamp: '2026-11-23T09:49:59.000Z', id: 'late' };
    expect((await say(harness, 'Summarise the plan', late)).status).toBe(200);
    await say(harness, 'Summarise the plan', late);
    await harness.surface.idle();
    expect(harness.asked).toEqual([]);
    expect(shown(harness)).toEqual([expect.stringContaining('more than ten minutes after you sent it')]);
    expect(await states()).toEqual([{ state: 'refused', code: 'stale' }]);
  });

  test('without a database is not taken: 503, not ready, and Teams sends it again', async () => {
    const away = openDatabase({ url: 'postgres://nobody:x@127.0.0.1:1/none', log: silentLog });
    const harness = await start(undefined, away);
    const answer = await say(harness, 'Summarise the plan');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'store-unavailable' } });
    expect(await harness.surface.isReady()).toBe(false);
    await away.close();
  });

  test('in the course of a stop is not taken', async () => {
    const harness = await start();
    expect(await harness.surface.isReady()).toBe(true);
    await harness.surface.stop();
    expect((await say(harness, 'Summarise the plan')).status).toBe(503);
    expect(await harness.surface.isReady()).toBe(false);
    const next = await start();
    await say(next, 'Summarise the plan');
    await next.surface.idle();
    expect(next.asked).toHaveLength(1);
  });
});
