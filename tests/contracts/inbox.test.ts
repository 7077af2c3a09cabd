import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe } from '@jest/globals';
import { createMemoryInbox } from '../../bot/teams/memory-inbox.ts';
import { createPostgresInbox } from '../../shared/jobs/inbox-postgres.ts';
import { listenForNotifications, type Notifications } from '../../shared/jobs/notifications.ts';
import type { Inbox } from '../../shared/ports.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { describeOnServers, silentLog } from '../store/test-servers.ts';
import { describeInbox, inboxNow } from './inbox-contract.ts';

const folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));
const clock = { now: () => inboxNow };
let opened: Inbox[] = [];
let listening: Notifications[] = [];

afterEach(async () => {
  await Promise.all(opened.map((inbox) => inbox.stop()));
  await Promise.all(listening.map((notifications) => notifications.close()));
  opened = [];
  listening = [];
});
afterAll(() => rm(folder, { recursive: true }));

function keep(inbox: Inbox): Inbox {
  opened.push(inbox);
  return inbox;
}

describe('in memory', () => {
  describeInbox(() => Promise.resolve(keep(createMemoryInbox(clock, () => undefined))));
});

describeOnServers('in sealed rows', (server) => {
  describeInbox(async () => {
    const database = await server().migrated();
    const notifications = listenForNotifications(database, silentLog);
    listening.push(notifications);
    const wrapper = await openKeyFile(join(folder, 'keys'));
    // Looking is slow on purpose: what comes in time was told by a notice.
    const times = { lookMilliseconds: 2_000, graceMilliseconds: 0 };
    return keep(createPostgresInbox({ database, wrapper, notifications, clock, log: silentLog, times }));
  });
});
