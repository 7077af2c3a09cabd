import { describe, expect, test } from '@jest/globals';
import type { Source } from '../../shared/contract/task-request.ts';
import type { ConversationPlace, FollowUps } from '../../shared/ports.ts';
import { createPeople } from './people.ts';

const HOUR = 60 * 60 * 1000;

export interface FollowUpsUnderTest {
  followUps: FollowUps;
  /** Moves the store's clock. */
  move: (milliseconds: number) => void;
}

function text(characters: number): Source {
  return { kind: 'text', text: 'ŵ'.repeat(characters) };
}

/** What every FollowUps does. */
export function describeFollowUps(open: () => Promise<FollowUpsUnderTest>): void {
  describe('what a conversation remembers', () => {
    test('belongs to one person in one conversation', async () => {
      const { followUps } = await open();
      const { sam, alex, samElsewhere } = createPeople();
      const last = { resultId: 'r1', sources: [text(3)] };
      await followUps.putLast('chat', sam, last);
      expect(await followUps.last('chat', sam)).toEqual(last);
      expect(await followUps.last('other', sam)).toBeUndefined();
      expect(await followUps.last('chat', alex)).toBeUndefined();
      expect(await followUps.last('chat', samElsewhere)).toBeUndefined();
    });

    test('is the last answer, not one before', async () => {
      const { followUps } = await open();
      const { sam, alex } = createPeople();
      await followUps.putLast('chat', alex, { resultId: 'of alex', sources: [] });
      for (const resultId of ['r1', 'r2', 'r3']) await followUps.putLast('chat', sam, { resultId, sources: [] });
      expect((await followUps.last('chat', sam))?.resultId).toBe('r3');
      expect((await followUps.last('chat', alex))?.resultId).toBe('of alex');
    });

    test('lasts a day', async () => {
      const { followUps, move } = await open();
      const { sam } = createPeople();
      await followUps.putLast('chat', sam, { resultId: 'r1', sources: [] });
      move(24 * HOUR - 1);
      expect(await followUps.last('chat', sam)).toBeDefined();
      move(1);
      expect(await followUps.last('chat', sam)).toBeUndefined();
    });

    test('may be megabytes', async () => {
      const { followUps } = await open();
      const { sam } = createPeople();
      const last = { resultId: 'r1', sources: [text(1_700_000), text(1)] };
      await followUps.putLast('chat', sam, last);
      expect(await followUps.last('chat', sam)).toEqual(last);
    });

    test('hands a kept request to the person who asked, there, once, within half an hour', async () => {
      const { followUps, move } = await open();
      const { sam, alex } = createPeople();
      const request = { instruction: 'hm', sources: [text(3)] };
      await followUps.putPending({ id: 'p1', conversation: 'chat', asker: sam, request });
      expect(await followUps.takePending('p1', 'chat', alex, 'a1')).toBeUndefined();
      expect(await followUps.takePending('p1', 'other', sam, 'a1')).toBeUndefined();
      expect(await followUps.takePending('none', 'chat', sam, 'a1')).toBeUndefined();
      expect(await followUps.takePending('p1', 'chat', sam, 'a2')).toEqual(request);
      expect(await followUps.takePending('p1', 'chat', sam, 'a3')).toBeUndefined();
      await followUps.putPending({ id: 'p2', conversation: 'chat', asker: sam, request });
      move(HOUR / 2);
      expect(await followUps.takePending('p2', 'chat', sam, 'a4')).toBeUndefined();
    });

    test('greets once for the two activities of an installation', async () => {
      const { followUps } = await open();
      const { tenantId } = createPeople().sam;
      expect(await followUps.shouldGreet('chat', { tenantId, taker: 'a1' })).toBe(true);
      expect(await followUps.shouldGreet('chat', { tenantId, taker: 'a2' })).toBe(false);
      expect(await followUps.shouldGreet('other', { tenantId, taker: 'a3' })).toBe(true);
    });

    test('is gone when Humphrey is removed from it, and only there', async () => {
      const { followUps } = await open();
      const { sam, alex } = createPeople();
      const place: ConversationPlace = { tenantId: sam.tenantId, channel: 'msteams', conversation: 'chat' };
      const name = JSON.stringify(['msteams', 'chat']);
      for (const asker of [sam, alex]) await followUps.putLast(name, asker, { resultId: 'r1', sources: [] });
      await followUps.putLast('other', sam, { resultId: 'r2', sources: [] });
      await followUps.putPending({ id: 'p1', conversation: name, asker: sam, request: { sources: [] } });
      await followUps.shouldGreet(name, { tenantId: sam.tenantId, taker: 'a1' });
      await followUps.erase(name, place);
      expect(await followUps.last(name, sam)).toBeUndefined();
      expect(await followUps.last(name, alex)).toBeUndefined();
      expect(await followUps.takePending('p1', name, sam, 'a1')).toBeUndefined();
      expect((await followUps.last('other', sam))?.resultId).toBe('r2');
      expect(await followUps.shouldGreet(name, { tenantId: sam.tenantId, taker: 'a2' })).toBe(true);
    });
  });
}
