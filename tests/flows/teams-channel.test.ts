import { afterEach, describe, expect, test } from '@jest/globals';
import { createLocalThreadReader } from '../../bot/teams/local-thread-reader.ts';
import { HumphreyError } from '../../shared/errors.ts';
import { botId, channelMessage, personalMessage, tom } from '../teams/activities.ts';
import { startHarness, type SurfaceHarness } from '../teams/surface-harness.ts';

let harness: SurfaceHarness;
afterEach(() => harness.close());

const thread = '19:channel@thread.tacv2;messageid=1700000000001';

describe('a mention in a channel thread', () => {
  test('reads that thread and answers in it', async () => {
    harness = await startHarness();
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.surface.idle();
    expect(harness.threads).toEqual([{ teamId: 'group-of-team', channelId: '19:channel@thread.tacv2', rootMessageId: '1700000000001' }]);
    expect(harness.asked[0]?.request).toEqual({
      instruction: 'summarise this thread',
      sources: [
        {
          kind: 'thread',
          title: 'Launch',
          messages: [{ author: 'Helen Marsh', sent: '2026-11-20T09:00:00Z', text: 'We launch on Tuesday 8 December.' }],
        },
      ],
    });
    const [placeholder, answer] = harness.connector.messages();
    expect(placeholder).toMatchObject({ method: 'POST', conversation: thread, body: { text: 'Reading the thread…' } });
    expect(answer).toMatchObject({ method: 'PUT', conversation: thread });
  });

  test('shows no typing, which Teams does not show in channels', async () => {
    harness = await startHarness();
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.surface.idle();
    expect(harness.connector.calls.filter((call) => call.body.type === 'typing')).toEqual([]);
  });

  test('asks Teams for the team’s group once', async () => {
    harness = await startHarness();
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'what are the actions?' }));
    await harness.surface.idle();
    expect(harness.connector.calls.filter((call) => call.method === 'GET')).toHaveLength(1);
    expect(harness.threads).toHaveLength(2);
  });

  test('whose thread may not be read is told what the administrator must do', async () => {
    const message = 'I may not read this channel’s messages yet. Ask an owner of the team.';
    harness = await startHarness({ core: { threadReader: { readThread: () => Promise.reject(new HumphreyError('forbidden', message)) } } });
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.surface.idle();
    expect(harness.asked).toEqual([]);
    expect(harness.connector.messages().at(-1)).toMatchObject({ method: 'PUT', body: { text: message } });
  });

  test('of an empty thread is told how to ask', async () => {
    harness = await startHarness({ core: { threadReader: { readThread: () => Promise.resolve({ messages: [] }) } } });
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.surface.idle();
    expect(harness.connector.messages().at(-1)?.body.text).toContain('Mention me in a reply to the thread you mean');
  });

  test('whose team cannot be found is told so', async () => {
    harness = await startHarness();
    harness.connector.answerWith((call) => (call.method === 'GET' ? { status: 404 } : undefined));
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.surface.idle();
    expect(harness.connector.messages().at(-1)?.body.text).toContain('could not find out which team');
  });
});

describe('what is said in a channel without a mention', () => {
  test('is dropped: no work, no call, no log line', async () => {
    harness = await startHarness();
    const unmentioned = channelMessage({ serviceUrl: harness.connector.url, text: 'Humphrey will surely summarise this', mention: false });
    expect((await harness.post(unmentioned)).status).toBe(200);
    await harness.surface.idle();
    expect(harness.asked).toEqual([]);
    expect(harness.connector.calls).toEqual([]);
    expect(harness.logged).toEqual([]);
  });

  test('is not refused for its marking either: it is none of our business', async () => {
    harness = await startHarness();
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'SECRET', mention: false }));
    await harness.surface.idle();
    expect(harness.connector.calls).toEqual([]);
  });
});

describe('one thread, two people', () => {
  test('a change asked by one does not touch the other’s result', async () => {
    harness = await startHarness();
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'make it shorter', person: tom }));
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'make it shorter' }));
    await harness.surface.idle();
    expect(harness.asked.map(({ request }) => request.previous)).toEqual([undefined, undefined, 'result-1']);
    expect(harness.asked[1]?.request.sources).toHaveLength(1);
  });

  test('nobody cancels for somebody else', async () => {
    harness = await startHarness({
      async *runTask({ signal }) {
        yield { type: 'accepted', id: 'task' };
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
      },
    });
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.connector.waitFor((call) => call.body.text === 'Reading the thread…');
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'cancel', person: tom }));
    await harness.connector.waitFor((call) => call.body.text === 'There is nothing running to cancel.');
    expect(harness.asked[0]?.signal.aborted).toBe(false);
  });
});

describe('the demo’s threads', () => {
  const demo = (): ReturnType<typeof createLocalThreadReader> => createLocalThreadReader({ now: () => new Date('2026-11-26T10:00:00Z') });

  test('a channel is shown the sample posts, and told that they are samples', async () => {
    const local = demo();
    harness = await startHarness({ core: { threadReader: local, demo: local } });
    await harness.post({
      ...channelMessage({ serviceUrl: harness.connector.url, mention: false, conversation: 'channel-1' }),
      type: 'conversationUpdate',
      membersAdded: [{ id: botId }],
    });
    await harness.surface.idle();
    const shown = JSON.stringify(harness.connector.messages()[0]?.body.attachments);
    expect(shown).toContain('which we wrote as samples');
    expect(shown).toContain('Aisha Rahman');
  });

  test('outside the demo a channel is not written to unasked', async () => {
    harness = await startHarness();
    await harness.post({
      ...channelMessage({ serviceUrl: harness.connector.url, mention: false, conversation: 'channel-1' }),
      type: 'conversationUpdate',
      membersAdded: [{ id: botId }],
    });
    await harness.surface.idle();
    expect(harness.connector.calls).toEqual([]);
  });

  test('a newcomer with nothing to paste can try the sample in the personal chat, and ask on', async () => {
    const local = demo();
    harness = await startHarness({ core: { threadReader: local, demo: local } });
    const personal = personalMessage({ serviceUrl: harness.connector.url });
    await harness.post({ ...personal, type: 'installationUpdate', action: 'add', id: 'installed' });
    await harness.surface.idle();
    expect(JSON.stringify(harness.connector.messages()[0]?.body.attachments)).toContain('"data":{"humphrey":"try-sample"}');
    await harness.post({ ...personal, text: undefined, value: { humphrey: 'try-sample' } });
    await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'who signs it off?' }));
    await harness.surface.idle();
    const sources = [{ kind: 'thread', ...local.sample() }];
    expect(harness.asked.map(({ request }) => request)).toEqual([
      { instruction: 'Summarise this thread', sources },
      { instruction: 'who signs it off?', sources },
    ]);
  });

  test('outside the demo there is no such button, and its data brings no sample', async () => {
    harness = await startHarness();
    const personal = personalMessage({ serviceUrl: harness.connector.url });
    await harness.post({ ...personal, type: 'installationUpdate', action: 'add', id: 'installed' });
    await harness.post({ ...personal, text: undefined, value: { humphrey: 'try-sample' } });
    await harness.surface.idle();
    expect(JSON.stringify(harness.connector.messages()[0]?.body.attachments)).not.toContain('try-sample');
    expect(harness.asked[0]?.request.sources).toEqual([]);
  });

  test('what people tell Humphrey joins the thread; what they ask does not', async () => {
    const local = demo();
    harness = await startHarness({ core: { threadReader: local, demo: local } });
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'The Minister now prefers Wednesday 9 December.' }));
    await harness.post(channelMessage({ serviceUrl: harness.connector.url, text: 'summarise this thread' }));
    await harness.surface.idle();
    const [source] = harness.asked[1]?.request.sources ?? [];
    if (source?.kind !== 'thread') throw new Error('The second request has no thread.');
    expect(source.title).toMatch(/^Sample thread/u);
    expect(source.messages).toHaveLength(11);
    expect(source.messages.at(-1)).toEqual({
      author: 'Priya Shah',
      text: 'The Minister now prefers Wednesday 9 December.',
      sent: '2026-11-26T10:00:00.000Z',
    });
  });
});
