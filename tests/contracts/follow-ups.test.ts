import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createConversationMemory } from '../../bot/teams/conversation-memory.ts';
import { createConversationRows } from '../../shared/store/conversation-rows.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { describeOnServers, query } from '../store/test-servers.ts';
import { describeFollowUps } from './follow-ups-contract.ts';
import { createPeople } from './people.ts';

const folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));

afterAll(() => rm(folder, { recursive: true }));

describe('in memory', () => {
  describeFollowUps(() => {
    const clock = createFakeClock();
    return Promise.resolve({ followUps: createConversationMemory(clock), move: clock.move });
  });
});

describeOnServers('in sealed rows', (server) => {
  describeFollowUps(async () => {
    const clock = createFakeClock();
    const database = await server().migrated();
    return { followUps: createConversationRows({ database, clock, wrapper: await openKeyFile(join(folder, 'keys')) }), move: clock.move };
  });

  test('what is too large to keep leaves the result, and nothing is kept in clear', async () => {
    const clock = createFakeClock();
    const database = await server().migrated();
    const { sam } = createPeople();
    const wrapper = await openKeyFile(join(folder, 'keys'));
    const followUps = createConversationRows({ database, clock, wrapper, maxSourceBytes: 1_000 });
    await followUps.putLast('chat', sam, { resultId: 'r1', sources: [{ kind: 'text', text: 'clear words '.repeat(100) }] });
    expect(await followUps.last('chat', sam)).toEqual({ resultId: 'r1', sources: [] });
    await followUps.putLast('chat', sam, { resultId: 'r2', sources: [{ kind: 'text', text: 'clear words' }] });
    const rows = await query(
      database.url,
      `select f::text as row, encode(p.sealed, 'escape') as sealed
      from humphrey.follow_up f join humphrey.follow_up_part p using (tenant_id, record_id) where tenant_id = '${sam.tenantId}'`,
    );
    // The one before is not kept any longer.
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/clear words|chat/u);
  });

  test('a choice is handed to the same activity again, which may have been begun by a process that died', async () => {
    const database = await server().migrated();
    const { sam } = createPeople();
    const followUps = createConversationRows({ database, clock: createFakeClock(), wrapper: await openKeyFile(join(folder, 'keys')) });
    await followUps.putPending({ id: 'p1', conversation: 'chat', asker: sam, request: { sources: [] } });
    for (const taker of ['a1', 'a1']) expect(await followUps.takePending('p1', 'chat', sam, taker)).toEqual({ sources: [] });
    expect(await followUps.takePending('p1', 'chat', sam, 'a2')).toBeUndefined();
    for (const taker of ['a1', 'a1']) expect(await followUps.shouldGreet('chat', { tenantId: sam.tenantId, taker })).toBe(true);
  });
});
