import { afterEach, describe, expect, test } from '@jest/globals';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import { exampleResult, offlineResult } from '../cards/example-result.ts';
import type { ConnectorCall } from '../fakes/fake-connector.ts';
import { fileAttachment, personalMessage, tom } from '../teams/activities.ts';
import { startHarness, type AskedTask, type SurfaceHarness } from '../teams/surface-harness.ts';

let harness: SurfaceHarness;
afterEach(() => harness.close());

const paper = 'The board met on Monday and agreed to review the grant scheme in the spring. '.repeat(12).trim();

async function* answer(event: TaskEvent): AsyncGenerator<TaskEvent> {
  yield await Promise.resolve(event);
}

/** A task that goes on until it is cancelled, as the core does it. */
async function* runUntilCancelled({ signal }: AskedTask): AsyncGenerator<TaskEvent> {
  yield { type: 'accepted', id: 'task' };
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  yield { type: 'error', error: { code: 'cancelled', message: 'The task was cancelled.' } };
}

function say(text: string, id?: string): Promise<{ status: number }> {
  return harness.post(personalMessage({ serviceUrl: harness.connector.url, text, ...(id === undefined ? {} : { id }) }));
}

/** The last message of the conversation as Teams now shows it. */
function last(): ConnectorCall {
  const call = harness.connector.messages().at(-1);
  if (!call) throw new Error('No message was sent.');
  return call;
}

describe('asking in a personal chat', () => {
  test('is acknowledged, shows typing and a placeholder, and is answered in the placeholder’s place', async () => {
    harness = await startHarness();
    expect((await say('Summarise the plan')).status).toBe(200);
    await harness.surface.idle();
    expect(harness.connector.calls.filter((call) => call.body.type === 'typing')).toHaveLength(1);
    const [placeholder, result, ...more] = harness.connector.messages();
    expect(placeholder).toMatchObject({
      method: 'POST',
      conversation: 'a:personal-chat',
      body: { text: 'Working on it…', textFormat: 'plain' },
    });
    expect(result).toMatchObject({
      method: 'PUT',
      conversation: 'a:personal-chat',
      activity: 'message-1',
      body: { summary: 'OFFICIAL – Summary' },
    });
    expect(more).toEqual([]);
  });

  test('goes to the core in the person’s own words, with pasted text as a source', async () => {
    harness = await startHarness();
    await say(`What are the actions?\n\n${paper}`);
    await harness.surface.idle();
    expect(harness.asked[0]?.request).toEqual({
      instruction: 'What are the actions?',
      sources: [{ kind: 'text', text: paper, name: 'Pasted text' }],
    });
    expect(harness.asked[0]?.asker).toMatchObject({ name: 'Priya Shah' });
  });

  test('is answered by one card and no text, because Teams refuses both as an update', async () => {
    harness = await startHarness();
    await say('Summarise the plan');
    await harness.surface.idle();
    expect(last().body.text).toBeUndefined();
    expect(last().body.attachments).toHaveLength(1);
    expect(last().body.attachments?.[0]).toMatchObject({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', version: '1.5' },
    });
  });

  test('carries the AI label, the citations and the marking on the wire', async () => {
    harness = await startHarness();
    await say('Summarise the plan');
    await harness.surface.idle();
    const [entity] = last().body.entities ?? [];
    expect(entity).toMatchObject({
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      additionalType: ['AIGeneratedContent'],
      usageInfo: { '@type': 'CreativeWork', name: 'OFFICIAL' },
    });
    expect(entity?.['citation']).toContainEqual({
      '@type': 'Claim',
      position: 1,
      appearance: { '@type': 'DigitalDocument', name: 'Launch plan.docx', abstract: 'The words of the source number 1.' },
    });
  });

  test('carries no AI label when the offline engine answered, and says so', async () => {
    harness = await startHarness({ runTask: () => answer({ type: 'result', result: offlineResult() }) });
    await say('Summarise the plan');
    await harness.surface.idle();
    const [entity] = last().body.entities ?? [];
    expect(entity).toMatchObject({ type: 'https://schema.org/Message', citation: [{ position: 1 }, {}, {}, {}] });
    expect(entity).not.toHaveProperty('additionalType');
    expect(JSON.stringify(last().body)).toContain('Key sentences (offline engine, no AI)');
  });

  test('that ends in an error is answered with its sentence', async () => {
    harness = await startHarness({
      runTask: () =>
        answer({ type: 'error', error: { code: 'encrypted', message: 'Plan.docx is encrypted. Remove its password and send it again.' } }),
    });
    await say('Summarise the plan');
    await harness.surface.idle();
    expect(last()).toMatchObject({
      method: 'PUT',
      body: { text: 'Plan.docx is encrypted. Remove its password and send it again.', textFormat: 'plain' },
    });
  });

  test('that breaks the core is answered with a sentence, and the next message is served', async () => {
    let calls = 0;
    harness = await startHarness({
      runTask: () => {
        calls += 1;
        if (calls === 1) throw new TypeError('secret words of a document');
        return answer({ type: 'result', result: exampleResult() });
      },
    });
    await say('Summarise the plan');
    await say('Summarise it again');
    await harness.surface.idle();
    expect(harness.connector.messages()[1]).toMatchObject({ body: { text: expect.stringContaining('Something went wrong on our side.') } });
    expect(last().body.attachments).toHaveLength(1);
    expect(JSON.stringify(harness.logged)).not.toContain('secret words');
  });
});

describe('what the marking gate refuses', () => {
  test('SECRET in the words is refused with a sentence, and the core never hears of it', async () => {
    harness = await startHarness();
    expect((await say('SECRET: summarise the plan')).status).toBe(200);
    await harness.surface.idle();
    expect(harness.asked).toEqual([]);
    expect(harness.connector.messages().map((call) => call.body.text)).toEqual([
      'This is marked SECRET. Humphrey takes material up to OFFICIAL-SENSITIVE.',
    ]);
    expect(JSON.stringify(harness.logged)).not.toContain('plan');
  });

  test('SECRET in a file’s name is refused before the file is fetched', async () => {
    harness = await startHarness();
    const attachments = [fileAttachment('SECRET plan.docx', `${harness.connector.url}/file`)];
    await harness.post({ ...personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise' }), attachments });
    await harness.surface.idle();
    expect(harness.asked).toEqual([]);
    expect(harness.connector.calls.filter((call) => call.method === 'GET')).toEqual([]);
  });
});

describe('a redelivered activity', () => {
  test('is acknowledged each time and answered once', async () => {
    harness = await startHarness();
    const statuses = await Promise.all([
      say('Summarise the plan', 'same'),
      say('Summarise the plan', 'same'),
      say('Summarise the plan', 'same'),
    ]);
    await harness.surface.idle();
    const late = await say('Summarise the plan', 'same');
    await harness.surface.idle();
    expect([...statuses, late].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(harness.asked).toHaveLength(1);
    expect(harness.connector.messages()).toHaveLength(2);
  });

  test('with the same id in another conversation is another message', async () => {
    harness = await startHarness();
    await say('Summarise the plan', 'same');
    await harness.post(
      personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise the plan', id: 'same', conversation: 'a:other' }),
    );
    await harness.surface.idle();
    expect(harness.asked).toHaveLength(2);
  });
});

describe('several messages', () => {
  test('of one conversation are answered in order, while another conversation goes ahead', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const order: string[] = [];
    harness = await startHarness({
      async *runTask({ request }) {
        if (request.instruction === 'first question') await held;
        order.push(request.instruction ?? '');
        yield { type: 'result', result: exampleResult() };
      },
    });
    await say('first question');
    await say('second question');
    await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'elsewhere', conversation: 'a:other', person: tom }));
    await harness.connector.waitFor((call) => call.method === 'PUT' && call.conversation === 'a:other');
    expect(order).toEqual(['elsewhere']);
    release();
    await harness.surface.idle();
    expect(order).toEqual(['elsewhere', 'first question', 'second question']);
  });

  test('a follow-up without material is about the last sources, a change about the last result', async () => {
    harness = await startHarness();
    await say(`Summarise this:\n${paper}`);
    await say('and what are the actions?');
    await say('make it shorter');
    await say('who signs it off?');
    await harness.surface.idle();
    const source = { kind: 'text', text: paper, name: 'Pasted text' };
    expect(harness.asked.map(({ request }) => request)).toEqual([
      { instruction: 'Summarise this', sources: [source] },
      { instruction: 'and what are the actions?', sources: [source] },
      { instruction: 'make it shorter', sources: [], previous: 'result-1' },
      { instruction: 'who signs it off?', sources: [source] },
    ]);
  });
});

describe('stopping', () => {
  test('"cancel" stops the running task, says so, and reaches it past the queue', async () => {
    harness = await startHarness({ runTask: runUntilCancelled });
    await say('Summarise the plan');
    await harness.connector.waitFor((call) => call.body.text === 'Working on it…');
    await say('cancel');
    await harness.surface.idle();
    expect(harness.asked[0]?.signal.aborted).toBe(true);
    const texts = harness.connector.messages().map((call) => `${call.method} ${call.body.text ?? ''}`);
    expect(texts).toContain('PUT Stopped, as you asked.');
    expect(texts).toContain('POST Cancelled.');
  });

  test('"cancel" with nothing running says that', async () => {
    harness = await startHarness();
    await say('stop');
    await harness.surface.idle();
    expect(last().body.text).toBe('There is nothing running to cancel.');
  });

  test('a shutdown tells the person who waits, and asks the channel to send later messages again', async () => {
    harness = await startHarness({ runTask: runUntilCancelled });
    await say('Summarise the plan');
    await harness.connector.waitFor((call) => call.body.text === 'Working on it…');
    await harness.surface.stop();
    expect(last()).toMatchObject({ method: 'PUT', body: { text: 'Humphrey is being restarted. Ask again in a minute.' } });
    expect((await say('Summarise the plan')).status).toBe(503);
  });
});

describe('choosing a task', () => {
  const ambiguous: TaskEvent = {
    type: 'error',
    error: {
      code: 'ambiguous-task',
      message: 'What would you like me to do?',
      details: {
        choices: [
          { task: 'summarise', label: 'Summarise it' },
          { task: 'draft-reply', label: 'Draft a reply' },
        ],
      },
    },
  };

  function ambiguousFirst({ request }: AskedTask): AsyncGenerator<TaskEvent> {
    return answer(request.task === undefined ? ambiguous : { type: 'result', result: exampleResult() });
  }

  function buttonData(title: string): unknown {
    const actions = JSON.stringify(last().body.attachments?.[0]?.content);
    const card = JSON.parse(actions) as { body: { actions?: { title: string; data: unknown }[] }[] };
    return card.body.flatMap((element) => element.actions ?? []).find((action) => action.title === title)?.data;
  }

  test('offers buttons, and the button runs the kept request with its task', async () => {
    harness = await startHarness({ runTask: ambiguousFirst });
    await say(`the grant scheme\n${paper}`);
    await harness.surface.idle();
    const press = { ...personalMessage({ serviceUrl: harness.connector.url }), text: undefined, value: buttonData('Draft a reply') };
    await harness.post(press);
    await harness.surface.idle();
    expect(harness.asked[1]?.request).toEqual({ ...harness.asked[0]?.request, task: 'draft-reply' });
    expect(last().body.summary).toBe('OFFICIAL – Summary');
  });

  test('is only for the person who asked', async () => {
    harness = await startHarness({ runTask: ambiguousFirst });
    await say(`the grant scheme\n${paper}`);
    await harness.surface.idle();
    await harness.post({ ...personalMessage({ serviceUrl: harness.connector.url, person: tom }), value: buttonData('Summarise it') });
    await harness.surface.idle();
    expect(harness.asked).toHaveLength(1);
    expect(last().body.text).toBe('This choice is no longer open, or it is somebody else’s. Ask me again.');
  });
});

describe('getting to know Humphrey', () => {
  test('an installation is greeted once, though it arrives as two activities', async () => {
    harness = await startHarness();
    const base = personalMessage({ serviceUrl: harness.connector.url });
    await harness.post({ ...base, type: 'installationUpdate', action: 'add', id: 'i1' });
    await harness.post({ ...base, type: 'conversationUpdate', membersAdded: [{ id: '28:humphrey' }], id: 'i2' });
    await harness.surface.idle();
    expect(harness.connector.messages()).toHaveLength(1);
    const shown = JSON.stringify(last().body.attachments);
    for (const words of ['Hello, I’m Humphrey', 'SECRET or above', 'Draft a short, warm reply', 'up to 50 MB'])
      expect(shown).toContain(words);
  });

  test('"help" shows the same, while a task runs', async () => {
    harness = await startHarness({ runTask: runUntilCancelled });
    await say('Summarise the plan');
    await harness.connector.waitFor((call) => call.body.text === 'Working on it…');
    await say('help');
    await harness.connector.waitFor((call) => JSON.stringify(call.body).includes('Hello, I’m Humphrey'));
    expect(harness.asked[0]?.signal.aborted).toBe(false);
  });
});
