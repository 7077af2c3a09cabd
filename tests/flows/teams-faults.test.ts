import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConnectorAnswer, ConnectorCall } from '../fakes/fake-connector.ts';
import { personalMessage, tom } from '../teams/activities.ts';
import { startHarness, type SurfaceHarness } from '../teams/surface-harness.ts';

let harness: SurfaceHarness;
afterEach(() => harness.close());

/** Long enough for an honest answer on a busy machine, short enough to wait for. */
const shortDeadlines = { settings: { deadlines: { attemptMilliseconds: 500, callMilliseconds: 3_000 } } };

const isMessage = (call: ConnectorCall): boolean => call.body.type === 'message';
const isPost = (call: ConnectorCall): boolean => call.method === 'POST' && isMessage(call);
const isPut = (call: ConnectorCall): boolean => call.method === 'PUT';

async function ask(): Promise<void> {
  await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise the plan' }));
  await harness.surface.idle();
}

/** Answers the first `times` fitting calls in this way, and the rest as Teams does. */
function failFirst(fits: (call: ConnectorCall) => boolean, times: number, answer: ConnectorAnswer): void {
  let left = times;
  harness.connector.answerWith((call) => (fits(call) && left-- > 0 ? answer : undefined));
}

function count(fits: (call: ConnectorCall) => boolean): number {
  return harness.connector.calls.filter(fits).length;
}

describe('a POST that may have been taken is never repeated', () => {
  test.each<[string, ConnectorAnswer]>([
    ['500', { status: 500 }],
    ['502', { status: 502 }],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
    ['a reset connection', 'reset'],
    ['412', { status: 412 }],
  ])('after %s', async (_name, answer) => {
    harness = await startHarness();
    failFirst((call) => isPost(call) && call.body.text === 'Working on it…', 1, answer);
    await ask();
    expect(count((call) => call.body.text === 'Working on it…')).toBe(1);
    // Without a placeholder to put it into, the answer is a message of its own: still one.
    expect(count((call) => isPost(call) && call.body.summary === 'OFFICIAL – Summary')).toBe(1);
  });

  test('nor after it hung', async () => {
    harness = await startHarness(shortDeadlines);
    failFirst(isPost, 1, 'hang');
    await ask();
    expect(count((call) => call.body.text === 'Working on it…')).toBe(1);
    expect(count((call) => isPost(call) && call.body.summary === 'OFFICIAL – Summary')).toBe(1);
  });
});

describe('a POST that was turned away', () => {
  test('is repeated after 429 when Retry-After says when', async () => {
    harness = await startHarness();
    failFirst(isPost, 1, { status: 429, headers: { 'retry-after': '0' } });
    await ask();
    expect(count((call) => call.body.text === 'Working on it…')).toBe(2);
    expect(harness.connector.messages().at(-1)).toMatchObject({ method: 'PUT', body: { summary: 'OFFICIAL – Summary' } });
  });

  test('waits as long as Retry-After says', async () => {
    harness = await startHarness();
    failFirst(isPost, 1, { status: 429, headers: { 'retry-after': '1' } });
    await ask();
    const [first, second] = harness.connector.calls.filter((call) => call.body.text === 'Working on it…');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('is not repeated after 429 without Retry-After, nor with one that asks for an hour', async () => {
    harness = await startHarness();
    let answers: ConnectorAnswer[] = [{ status: 429 }, { status: 429, headers: { 'retry-after': '3600' } }];
    harness.connector.answerWith((call) => {
      if (!isPost(call)) return undefined;
      const [next, ...rest] = answers;
      answers = rest;
      return next;
    });
    await ask();
    expect(count(isPost)).toBe(2);
    expect(harness.logged.some(({ message }) => message === 'an answer could not be delivered')).toBe(true);
  });

  test('is given up after three attempts', async () => {
    harness = await startHarness();
    failFirst((call) => call.body.text === 'Working on it…', 9, { status: 429, headers: { 'retry-after': '0' } });
    await ask();
    expect(count((call) => call.body.text === 'Working on it…')).toBe(3);
  });
});

describe('an update, which is the same twice', () => {
  test.each<[string, ConnectorAnswer]>([
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['a reset connection', 'reset'],
  ])('is repeated after %s', async (_name, answer) => {
    harness = await startHarness();
    failFirst(isPut, 1, answer);
    await ask();
    expect(count(isPut)).toBe(2);
    expect(count(isPost)).toBe(1);
  });

  test('is repeated after it hung', async () => {
    harness = await startHarness(shortDeadlines);
    failFirst(isPut, 1, 'hang');
    await ask();
    expect(count(isPut)).toBe(2);
  });

  test.each([404, 405])('becomes a message of its own after %d', async (status) => {
    harness = await startHarness();
    failFirst(isPut, 1, { status });
    await ask();
    expect(count(isPut)).toBe(1);
    expect(harness.connector.messages().at(-1)).toMatchObject({ method: 'POST', body: { summary: 'OFFICIAL – Summary' } });
  });

  test('refused for its citations goes without them, still labelled as AI', async () => {
    harness = await startHarness();
    failFirst(isPut, 1, { status: 400 });
    await ask();
    const [first, second, ...more] = harness.connector.calls.filter(isPut);
    expect(first?.body.entities?.[0]).toHaveProperty('citation');
    expect(second?.body.entities?.[0]).toMatchObject({ additionalType: ['AIGeneratedContent'], usageInfo: { name: 'OFFICIAL' } });
    expect(second?.body.entities?.[0]).not.toHaveProperty('citation');
    expect(second?.body.attachments).toEqual(first?.body.attachments);
    expect(more).toEqual([]);
  });

  test.each([400, 413])('becomes a sentence after %d, so that the placeholder does not stand for ever', async (status) => {
    harness = await startHarness();
    failFirst(isPut, 2, { status });
    await ask();
    expect(harness.connector.messages().at(-1)).toMatchObject({
      method: 'PUT',
      body: { text: 'OFFICIAL – Summary. The answer could not be shown here. Ask for a short one.' },
    });
  });

  test('that can never be delivered is logged without content', async () => {
    harness = await startHarness();
    failFirst(isPut, 9, { status: 403 });
    await ask();
    expect(count(isPut)).toBe(1);
    expect(harness.logged.map(({ message }) => message)).toContain('an answer could not be delivered');
    expect(JSON.stringify(harness.logged)).not.toContain('Launch plan');
  });
});

describe('a connector that hangs', () => {
  test('does not hold up another conversation', async () => {
    harness = await startHarness({ settings: { deadlines: { attemptMilliseconds: 5_000, callMilliseconds: 5_000 } } });
    harness.connector.answerWith((call) => (call.conversation === 'a:hanging' ? 'hang' : undefined));
    await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise', conversation: 'a:hanging' }));
    await harness.connector.waitFor((call) => call.conversation === 'a:hanging' && isMessage(call));
    await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise', conversation: 'a:other', person: tom }));
    await harness.connector.waitFor((call) => call.conversation === 'a:other' && isPut(call));
    // The hanging one has not come to its deadline: it has sent typing and placeholder, and no more.
    expect(count((call) => call.conversation === 'a:hanging')).toBe(2);
    await harness.connector.stop();
  });

  test('does not hold up the acknowledgement', async () => {
    harness = await startHarness(shortDeadlines);
    harness.connector.answerWith(() => 'hang');
    const answered = await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise' }));
    expect(answered.status).toBe(200);
    expect(count(isPut)).toBe(0);
  });
});

describe('a body that is no activity', () => {
  test.each([
    ['null', null],
    ['an array', []],
    ['text', 'hello'],
    ['an empty object', {}],
    [
      'no sender',
      { type: 'message', id: '1', channelId: 'msteams', serviceUrl: 'http://127.0.0.1', recipient: { id: 'b' }, conversation: { id: 'c' } },
    ],
    ['a sender that is text', { ...personalMessage({ serviceUrl: 'http://127.0.0.1' }), from: 'priya' }],
    ['attachments that are an object', { ...personalMessage({ serviceUrl: 'http://127.0.0.1' }), attachments: {} }],
    ['a text of a million characters', personalMessage({ serviceUrl: 'http://127.0.0.1', text: 'a'.repeat(1_000_000) })],
  ])('%s is refused with the contract’s error', async (_name, body) => {
    harness = await startHarness();
    const answered = await harness.post(body);
    expect(answered.status).toBe(400);
    expect(JSON.parse(answered.body)).toEqual({ error: { code: 'invalid-request', message: 'The body is no Bot Framework activity.' } });
  });

  test('an invoke that nobody here offers is answered as such', async () => {
    harness = await startHarness();
    expect(
      (await harness.post({ ...personalMessage({ serviceUrl: harness.connector.url }), type: 'invoke', name: 'task/fetch' })).status,
    ).toBe(501);
  });
});

describe('a serviceUrl that is not ours to call', () => {
  test.each(['https://attacker.example/', 'http://192.168.0.10:3978/', 'http://127.0.0.1.attacker.example/', 'file:///etc/passwd'])(
    '%s is refused, and nothing is sent to it',
    async (serviceUrl) => {
      harness = await startHarness();
      expect((await harness.post(personalMessage({ serviceUrl, text: 'Summarise' }))).status).toBe(403);
      await harness.surface.idle();
      expect(harness.asked).toEqual([]);
    },
  );
});
