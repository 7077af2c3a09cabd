import { describe, expect, test } from '@jest/globals';
import { createConversationMemory, type ConversationMemory } from '../../bot/teams/conversation-memory.ts';
import type { Source } from '../../shared/contract/task-request.ts';
import type { Asker } from '../../shared/ports.ts';

const priya: Asker = { tenantId: 't', objectId: 'priya' };
const tom: Asker = { tenantId: 't', objectId: 'tom' };
const hour = 60 * 60 * 1000;

function at(): { memory: ConversationMemory; pass: (milliseconds: number) => void } {
  let now = Date.parse('2026-11-23T10:00:00Z');
  return {
    memory: createConversationMemory({ now: () => new Date(now) }),
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

function document(megabytes: number): Source {
  return { kind: 'document', name: 'big.pdf', base64: 'A'.repeat(megabytes * 1024 * 1024) };
}

describe('what a conversation remembers', () => {
  test('belongs to one person in one conversation', () => {
    const { memory } = at();
    memory.putLast('chat', priya, { resultId: 'r1', sources: [] });
    expect(memory.last('chat', priya)?.resultId).toBe('r1');
    expect(memory.last('chat', tom)).toBeUndefined();
    expect(memory.last('other', priya)).toBeUndefined();
    expect(memory.last('chat', { ...priya, tenantId: 'other' })).toBeUndefined();
  });

  test('lasts a day', () => {
    const { memory, pass } = at();
    memory.putLast('chat', priya, { resultId: 'r1', sources: [] });
    pass(23 * hour);
    expect(memory.last('chat', priya)).toBeDefined();
    pass(hour);
    expect(memory.last('chat', priya)).toBeUndefined();
  });

  test('lets old sources go before new ones, and keeps the result they made', () => {
    const { memory } = at();
    for (const number of [1, 2, 3, 4, 5]) memory.putLast(`chat${number}`, priya, { resultId: `r${number}`, sources: [document(60)] });
    expect([1, 2, 3, 4, 5].map((number) => memory.last(`chat${number}`, priya)?.sources.length)).toEqual([0, 1, 1, 1, 1]);
    expect(memory.last('chat1', priya)?.resultId).toBe('r1');
  });

  test('hands a kept request to the person who asked, there, once, within half an hour', () => {
    const { memory, pass } = at();
    const request = { instruction: 'hm', sources: [] };
    memory.putPending({ id: 'p1', conversation: 'chat', asker: priya, request });
    expect(memory.takePending('p1', 'chat', tom)).toBeUndefined();
    expect(memory.takePending('p1', 'other', priya)).toBeUndefined();
    expect(memory.takePending('p1', 'chat', priya)).toEqual(request);
    expect(memory.takePending('p1', 'chat', priya)).toBeUndefined();
    memory.putPending({ id: 'p2', conversation: 'chat', asker: priya, request });
    pass(hour / 2);
    expect(memory.takePending('p2', 'chat', priya)).toBeUndefined();
  });

  test('greets once for the two activities of an installation, and again for the next', () => {
    const { memory, pass } = at();
    expect([memory.shouldGreet('chat'), memory.shouldGreet('chat'), memory.shouldGreet('other')]).toEqual([true, false, true]);
    pass(hour);
    expect(memory.shouldGreet('chat')).toBe(true);
  });
});
