import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Arrival, Clock, HandleActivity, Inbox, KeyWrapper, Log } from '../ports.ts';
import { inTenant, type Database } from '../store/database.ts';
import { createRecordKey, openRecordKey, requireRecordId } from '../store/record-keys.ts';
import { eraseActivities, findUnanswered, INBOX_CHANNEL, insertArrival, replaceContent, stopActivities } from './inbox-arrivals.ts';
import { startDispatcher, type Dispatcher } from './inbox-dispatcher.ts';
import { countUnfinished } from './inbox-leases.ts';
import {
  CONTENT_LIFE_MILLISECONDS,
  FIRST_RETRY_MILLISECONDS,
  GRACE_MILLISECONDS,
  LEASE_MILLISECONDS,
  LOOK_MILLISECONDS,
  RENEW_MILLISECONDS,
  STALE_MILLISECONDS,
} from './inbox-limits.ts';
import type { Notifications } from './notifications.ts';

export interface InboxTimes {
  leaseMilliseconds: number;
  renewMilliseconds: number;
  lookMilliseconds: number;
  graceMilliseconds: number;
  firstRetryMilliseconds: number;
}

export interface PostgresInboxParts {
  database: Database;
  wrapper: KeyWrapper;
  notifications: Pick<Notifications, 'on'>;
  clock: Clock;
  log: Log;
  times?: Partial<InboxTimes>;
}

const usualTimes: InboxTimes = {
  leaseMilliseconds: LEASE_MILLISECONDS,
  renewMilliseconds: RENEW_MILLISECONDS,
  lookMilliseconds: LOOK_MILLISECONDS,
  graceMilliseconds: GRACE_MILLISECONDS,
  firstRetryMilliseconds: FIRST_RETRY_MILLISECONDS,
};
/** How often `idle` looks again. */
const IDLE_LOOK_MILLISECONDS = 25;

/** The inbox as sealed rows that any process may work on. pg-boss was weighed: it knows no order within a conversation. */
export function createPostgresInbox(parts: PostgresInboxParts): Inbox {
  const { database, wrapper, clock } = parts;
  let dispatcher: Dispatcher | undefined;
  let stopListening = (): void => undefined;

  return {
    accept: async (arrival) => {
      const key = await newKey(arrival, wrapper);
      const stale = arrival.sentAt.getTime() < clock.now().getTime() - STALE_MILLISECONDS;
      const acceptance = await inTenant(database, arrival.tenantId, (transaction) => insertArrival(transaction, { arrival, key, stale }));
      // Here at once; elsewhere by its notice, which does not come through every pooler.
      dispatcher?.look();
      return acceptance;
    },
    replace: async (arrival) => {
      const row = await inTenant(database, arrival.tenantId, (transaction) => findUnanswered(transaction, arrival));
      if (!row) return false;
      const key = await openRecordKey(wrapper, row);
      const sealed = key.seal('activity_content', Buffer.from(arrival.payload));
      return inTenant(database, arrival.tenantId, (transaction) =>
        replaceContent(transaction, { arrival, recordId: row.record_id, sealed }),
      );
    },
    withdraw: async (activity) => {
      const stop = { kind: 'withdrawn', activityId: activity.activityId } as const;
      await inTenant(database, activity.tenantId, (transaction) => stopActivities(transaction, activity, stop));
    },
    cancel: ({ owner, by, ...place }) =>
      inTenant(database, place.tenantId, (transaction) => stopActivities(transaction, place, { kind: 'cancelled', owner, by })),
    erase: (place) => inTenant(database, place.tenantId, (transaction) => eraseActivities(transaction, place)),
    work: (handle: HandleActivity) => {
      const started = startDispatcher({ ...parts, handle, times: { ...usualTimes, ...parts.times }, holder: randomUUID() });
      dispatcher = started;
      stopListening = parts.notifications.on(INBOX_CHANNEL, (recordId) => {
        started.look();
        if (recordId !== '') started.renew();
      });
    },
    isReady: () => database.isReady(),
    idle: async () => {
      while ((await countUnfinished(database)) > 0) await wait(IDLE_LOOK_MILLISECONDS);
    },
    stop: async () => {
      stopListening();
      await dispatcher?.stop();
    },
  };
}

function newKey(arrival: Arrival, wrapper: KeyWrapper) {
  // By the system's clock, as all retention is: a key that is dropped too late is a smaller fault than one too early.
  const expiresAt = new Date(Date.now() + CONTENT_LIFE_MILLISECONDS);
  const owner = { tenantId: arrival.tenantId, objectId: arrival.owner };
  return createRecordKey(wrapper, { owner, recordId: requireRecordId('activity', randomUUID()), expiresAt });
}
