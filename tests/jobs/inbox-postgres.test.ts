import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { forgetEnded } from '../../shared/jobs/inbox-leases.ts';
import { createPostgresInbox, type InboxTimes } from '../../shared/jobs/inbox-postgres.ts';
import { listenForNotifications, type Notifications } from '../../shared/jobs/notifications.ts';
import type { Inbox } from '../../shared/ports.ts';
import { acrossTenants, openDatabase, type Database } from '../../shared/store/database.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { erasePerson } from '../../shared/store/retention.ts';
import { createArrivals, inboxNow, startWorker } from '../contracts/inbox-contract.ts';
import { describeOnServers, query, silentLog } from '../store/test-servers.ts';

const folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));
const clock = { now: () => inboxNow };
/** Held for ever, as it were; looked for often. */
const usual: InboxTimes = {
  leaseMilliseconds: 60_000,
  renewMilliseconds: 100,
  lookMilliseconds: 50,
  graceMilliseconds: 0,
  firstRetryMilliseconds: 10,
};
/** A process that takes what is there as it begins, and then neither renews nor looks: to the others it is as good as dead. */
const silent = { leaseMilliseconds: 300, renewMilliseconds: 60_000, lookMilliseconds: 60_000 };
let opened: Inbox[] = [];
let listening: Notifications[] = [];

afterEach(async () => {
  await Promise.all(opened.map((inbox) => inbox.stop()));
  await Promise.all(listening.map((notifications) => notifications.close()));
  opened = [];
  listening = [];
});
afterAll(() => rm(folder, { recursive: true }));

/** One process's inbox, with notices of its own. */
async function openInbox(database: Database, times: Partial<InboxTimes> = {}, deaf = false): Promise<Inbox> {
  const notifications = deaf ? { on: () => () => undefined } : listenForNotifications(database, silentLog);
  if ('close' in notifications) listening.push(notifications);
  const wrapper = await openKeyFile(join(folder, 'keys'));
  const inbox = createPostgresInbox({ database, wrapper, notifications, clock, log: silentLog, times: { ...usual, ...times } });
  opened.push(inbox);
  return inbox;
}

/** How the activity of this person ended, as the server's owner sees it. */
async function endOf(database: Database, owner: string): Promise<Record<string, unknown> | undefined> {
  const rows = await query(database.url, `select state, code, attempts, excused from humphrey.activity where object_id = '${owner}'`);
  return rows[0];
}

describeOnServers('an inbox in sealed rows', (server) => {
  test('keeps nothing in clear, and nothing at all of content once it is answered', async () => {
    const database = await server().migrated();
    const inbox = await openInbox(database);
    const arrival = createArrivals();
    const worker = startWorker(inbox);
    await inbox.accept(arrival('words of a person', { activityId: 'one', conversation: 'a:private' }));
    const { taken, end } = await worker.next('words of a person');
    await taken.outbox.keepAnswer('words of an answer');
    const everything = async (): Promise<string> => {
      const tables = ['activity', 'activity_content', 'outbox', 'record_key'];
      const rows = await Promise.all(
        tables.map((table) => query(database.url, `select t::text as text, row_to_json(t)::text as json from humphrey.${table} as t`)),
      );
      return JSON.stringify(rows);
    };
    const kept = await everything();
    for (const clear of ['words of', Buffer.from('words of').toString('hex'), 'a:private']) expect(kept).not.toContain(clear);
    expect(kept).toContain(taken.id);
    end();
    await inbox.idle();
    const { tenantId } = arrival('');
    for (const table of ['record_key', 'activity_content'])
      expect(await query(database.url, `select 1 from humphrey.${table} where tenant_id = '${tenantId}'`)).toEqual([]);
    expect(await query(database.url, `select sealed from humphrey.outbox where tenant_id = '${tenantId}'`)).toEqual([{ sealed: null }]);
  });

  test('shows who works for all departments no content', async () => {
    const database = await server().migrated();
    for (const table of ['activity_content', 'outbox', 'follow_up', 'follow_up_part'])
      await expect(
        acrossTenants(database, (transaction) => sql`select * from ${sql.table(table)}`.execute(transaction)),
      ).rejects.toMatchObject({
        cause: { code: '42501' },
      });
  });

  test('is answered in order and once by three processes at work on it', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const done: { conversation: string; number: number }[] = [];
    const inboxes = await Promise.all([openInbox(database), openInbox(database), openInbox(database)]);
    for (const inbox of inboxes)
      inbox.work(async (taken) => {
        await wait(Math.random() * 5);
        await taken.outbox.end({ state: 'answered' });
        const [conversation = '', number] = taken.payload.split(' ');
        done.push({ conversation, number: Number(number) });
      });
    const conversations = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(
      conversations.map(async (conversation) => {
        for (let number = 0; number < 12; number += 1) {
          const sent = arrival(`${conversation} ${number}`, { conversation });
          await Promise.all(inboxes.map((inbox) => inbox.accept(sent)));
        }
      }),
    );
    await inboxes[0].idle();
    for (const name of conversations)
      expect(done.filter(({ conversation }) => conversation === name).map(({ number }) => number)).toEqual(
        Array.from({ length: 12 }, (_, number) => number),
      );
  });

  test('goes to another process when the first is not heard of, with all that was kept; the first may do nothing more', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const dead = await openInbox(database, silent, true);
    await dead.accept(arrival('ask'));
    const first = startWorker(dead);
    const lost = await first.next('ask');
    await lost.taken.outbox.keepPlaceholder({ state: 'posting' });
    await lost.taken.outbox.keepPlaceholder({ state: 'posted', id: 'message-1' });
    await lost.taken.outbox.keepAnswer('the answer');
    const inbox = await openInbox(database);
    const second = startWorker(inbox);
    const { taken, end } = await second.next('ask');
    expect(taken.outbox).toMatchObject({ answer: 'the answer', placeholder: { state: 'posted', id: 'message-1' }, orphans: 0 });
    for (const step of [
      () => lost.taken.outbox.keepAnswer('another'),
      () => lost.taken.outbox.keepPlaceholder({ state: 'posting' }),
      () => lost.taken.outbox.end({ state: 'failed' }),
    ])
      await expect(step()).rejects.toMatchObject({ name: 'NotOurs' });
    end();
    await inbox.idle();
  });

  test('counts an orphan when a second placeholder is posted, not before', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const dead = await openInbox(database, silent, true);
    await dead.accept(arrival('ask'));
    const first = startWorker(dead);
    await (await first.next('ask')).taken.outbox.keepPlaceholder({ state: 'posting' });
    const inbox = await openInbox(database);
    const second = startWorker(inbox);
    const { taken, end } = await second.next('ask');
    expect(taken.outbox).toMatchObject({ placeholder: { state: 'unknown' }, orphans: 0 });
    await taken.outbox.keepPlaceholder({ state: 'posting' });
    expect(taken.outbox.orphans).toBe(1);
    await taken.outbox.keepPlaceholder({ state: 'none' });
    await taken.outbox.keepPlaceholder({ state: 'posting' });
    expect(taken.outbox.orphans).toBe(1);
    end();
    await inbox.idle();
  });

  test('stops what lost its lease', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    const worker = startWorker(inbox);
    await inbox.accept(arrival('ask'));
    const { taken, signal } = await worker.next('ask');
    await query(database.url, `update humphrey.activity set lease_by = 'another' where record_id = '${taken.id}'`);
    while (!signal.aborted) await wait(10);
    expect(signal.reason).toMatchObject({ name: 'NotOurs' });
    await query(database.url, `update humphrey.activity set state = 'failed', finished_at = now() where record_id = '${taken.id}'`);
  });

  test('gives up after five tries, and hands it over only to be told', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    const verdicts: unknown[] = [];
    inbox.work(async (taken) => {
      verdicts.push(taken.verdict);
      if (taken.verdict === undefined) throw new Error('poison');
      await taken.outbox.end({ state: 'failed', code: taken.verdict });
    });
    await inbox.accept(arrival('poison', { owner: 'poisoner' }));
    await inbox.idle();
    expect(verdicts).toEqual([undefined, undefined, undefined, undefined, undefined, 'failed']);
    expect(await endOf(database, 'poisoner')).toMatchObject({ state: 'failed', code: 'failed', attempts: 6 });
  });

  test('ends what cannot even be told', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    inbox.work(() => Promise.reject(new Error('poison')));
    await inbox.accept(arrival('poison', { owner: 'untold' }));
    await inbox.idle();
    expect(await endOf(database, 'untold')).toMatchObject({ state: 'failed', code: 'attempts', attempts: 9 });
  });

  test('hands over what waited for more than an hour only to be told', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    await inbox.accept(arrival('old', { owner: 'patient' }));
    await query(database.url, `update humphrey.activity set accepted_at = now() - interval '61 minutes' where object_id = 'patient'`);
    const worker = startWorker(inbox, true);
    await inbox.idle();
    expect(worker.handed.map(({ taken }) => taken.verdict)).toEqual(['expired']);
  });

  test('gives back what runs when it is stopped, and that is not counted as a try', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const stopping = await openInbox(database);
    const first = startWorker(stopping);
    await stopping.accept(arrival('ask', { owner: 'stopped' }));
    const { signal } = await first.next('ask');
    const inbox = await openInbox(database);
    const second = startWorker(inbox);
    await stopping.stop();
    expect(signal.reason).toMatchObject({ name: 'Stopped' });
    (await second.next('ask')).end();
    await inbox.idle();
    expect(await endOf(database, 'stopped')).toMatchObject({ state: 'answered', attempts: 2, excused: 1 });
  });

  test('lets what runs end within the grace of a stop', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database, { graceMilliseconds: 10_000 });
    const worker = startWorker(inbox);
    await inbox.accept(arrival('ask', { owner: 'graced' }));
    const { end, signal } = await worker.next('ask');
    const stopped = inbox.stop();
    end();
    await stopped;
    expect(signal.aborted).toBe(false);
    expect(await endOf(database, 'graced')).toMatchObject({ state: 'answered', attempts: 1 });
  });

  test('is cancelled by a process that does not run it, and says the same when it is asked again', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const running = await openInbox(database, { renewMilliseconds: 60_000 });
    const first = startWorker(running);
    await running.accept(arrival('ask'));
    const { signal } = await first.next('ask');
    await running.accept(arrival('second'));
    await running.accept(arrival('cancel', { lane: 'beside' }));
    const { taken } = await first.next('cancel');
    const other = await openInbox(database);
    const cancel = (): Promise<unknown> => other.cancel({ ...arrival(''), by: taken.id });
    expect(await cancel()).toEqual({ running: true, waiting: 1 });
    while (!signal.aborted) await wait(10);
    expect(signal.reason).toMatchObject({ code: 'cancelled' });
    expect(await cancel()).toEqual({ running: true, waiting: 1 });
    (await first.next('cancel')).end();
    await other.idle();
  });

  test('takes work without any notice, by looking', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database, {}, true);
    const worker = startWorker(inbox, true);
    await inbox.accept(arrival('ask'));
    await inbox.idle();
    expect(worker.payloads()).toEqual(['ask']);
  });

  test('forgets what ended two days ago, and nothing else', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    startWorker(inbox, true);
    for (const name of ['old', 'new']) await inbox.accept(arrival(name, { owner: `${name} one` }));
    await inbox.idle();
    await query(database.url, `update humphrey.activity set finished_at = now() - interval '49 hours' where object_id = 'old one'`);
    expect(await forgetEnded(database)).toBe(1);
    expect(await endOf(database, 'old one')).toBeUndefined();
    expect(await endOf(database, 'new one')).toMatchObject({ state: 'answered' });
    // Even asked to, who works for all departments may forget nothing sooner.
    const early = acrossTenants(database, (transaction) => sql`delete from activity where object_id = 'new one'`.execute(transaction));
    expect((await early).numAffectedRows).toBe(0n);
  });

  test('puts a delivery off, keeps the order meanwhile, and tries sixteen times', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database, { firstRetryMilliseconds: 0, lookMilliseconds: 5 });
    const order: string[] = [];
    inbox.work(async (taken) => {
      order.push(taken.payload);
      if (taken.payload === 'first' && (await taken.outbox.postpone())) return;
      await taken.outbox.end({ state: taken.payload === 'first' ? 'failed' : 'answered' });
    });
    await inbox.accept(arrival('first'));
    await inbox.accept(arrival('second'));
    await inbox.idle();
    expect(order).toEqual([...Array.from({ length: 16 }, () => 'first'), 'second']);
  });

  test('ends without a word what its person had erased', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    await inbox.accept(arrival('ask', { owner: 'gone' }));
    await erasePerson(database, { tenantId: arrival('').tenantId, objectId: 'gone' });
    const worker = startWorker(inbox);
    await inbox.idle();
    expect(worker.handed).toEqual([]);
    expect(await endOf(database, 'gone')).toMatchObject({ state: 'refused', code: 'erased' });
  });

  test('keeps what is done while every connection breaks', async () => {
    const database = await server().migrated();
    const arrival = createArrivals();
    const inbox = await openInbox(database);
    const worker = startWorker(inbox);
    await inbox.accept(arrival('ask', { owner: 'unlucky' }));
    const { taken, end } = await worker.next('ask');
    await query(
      database.url,
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
    );
    await taken.outbox.keepAnswer('paid for');
    await query(
      database.url,
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
    );
    end();
    while ((await endOf(database, 'unlucky'))?.['state'] === 'running') await wait(20);
    expect(await endOf(database, 'unlucky')).toMatchObject({ state: 'answered', attempts: 1 });
  });

  test('accepts nothing while there is no database, and says so', async () => {
    const away = openDatabase({ url: 'postgres://nobody:x@127.0.0.1:1/none', log: silentLog });
    const inbox = await openInbox(away, {}, true);
    await expect(inbox.accept(createArrivals()('ask'))).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await inbox.isReady()).toBe(false);
    await away.close();
  });
});
