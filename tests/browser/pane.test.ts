import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import { findAccessibilityFaults } from './check-accessibility.ts';
import { launchChromium } from './launch-chromium.ts';
import { openMailbox, openWatched, type Mailbox } from './open-mailbox.ts';
import { startPageServer, type PageServer, type TaskScript } from './page-server.ts';
import { draftResult, statement, summaryResult, taskResult } from './sample-results.ts';
import { saveScreenshot } from './save-screenshot.ts';

let browser: Browser;
let server: PageServer;
let mailbox: Mailbox;

beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());
beforeEach(async () => {
  server = await startPageServer();
  mailbox = await openMailbox(browser, server.url);
});
afterEach(async () => {
  await mailbox.close();
  await server.close();
  expect({ outside: mailbox.outside, refused: mailbox.refused, errors: mailbox.errors }).toEqual({ outside: [], refused: [], errors: [] });
});

/** A script that ends with this result at once. */
function answers(result: typeof summaryResult): TaskScript {
  return (_request, send) => {
    send({ type: 'accepted', id: 'task-1' });
    send({ type: 'result', result });
    return Promise.resolve();
  };
}

/** A script that sends these events and then waits until the test lets it go on, or the pane goes away. */
function holds(
  events: TaskEvent[],
  after: TaskEvent[] = [],
): { script: TaskScript; release: () => void; ended: Promise<'released' | 'gone'> } {
  const released = Promise.withResolvers<'released' | 'gone'>();
  const script: TaskScript = async (_request, send, signal) => {
    for (const event of events) send(event);
    signal.addEventListener('abort', () => {
      released.resolve('gone');
    });
    await released.promise;
    for (const event of after) send(event);
  };
  return {
    script,
    release: () => {
      released.resolve('released');
    },
    ended: released.promise,
  };
}

describe('a summary', () => {
  beforeEach(async () => {
    server.script = answers(summaryResult);
    await mailbox.openMail('Priya Shah');
    await mailbox.ribbon('Summarise');
    await mailbox.pane.getByRole('heading', { name: 'Main points' }).waitFor();
  });

  test('comes from the open message alone, read through office.js', () => {
    expect(server.requests).toHaveLength(1);
    const [source] = server.requests[0]?.sources ?? [];
    expect(source).toMatchObject({
      kind: 'email',
      subject: 'RE: PQ 48213: property flood resilience grants',
      from: { name: 'Priya Shah', address: 'priya.shah@example.gov.uk' },
      cc: [{ name: 'Alex Green', address: 'alex.green@example.gov.uk' }],
      sent: '2026-11-20T09:30:00.000Z',
    });
    expect(JSON.stringify(source)).toContain('by noon on Tuesday 24 November');
  });

  test('says which message it is for, how it is marked and what made it', async () => {
    const text = await mailbox.pane.locator('main').innerText();
    expect(text).toContain('For “RE: PQ 48213: property flood resilience grants”, from Priya Shah, 20 November 2026, 9:30am');
    expect(text).toMatch(/^OFFICIAL\n/);
    expect(text).toContain('Key sentences: offline engine, no AI.');
    expect(text).toContain('One point could not be found in the message. It is labelled.');
  });

  test('shows the quoted words of a point in their place when its number is pressed', async () => {
    const number = mailbox.pane.getByRole('button', { name: 'Source [2]' });
    await number.click();
    expect(await number.getAttribute('aria-expanded')).toBe('true');
    expect(await mailbox.pane.locator('mark').innerText()).toBe('the Minister will not sign until we can explain the difference');
    expect(await mailbox.pane.locator('.place').innerText()).toBe('Paragraph 3 of “RE: PQ 48213: property flood resilience grants”');
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await saveScreenshot(mailbox.page, 'outlook-summary-quote');
    await number.click();
    expect(await mailbox.pane.locator('mark').count()).toBe(0);
  });

  test('labels a point that was not found in the message', async () => {
    const point = mailbox.pane.getByRole('listitem').filter({ hasText: '6,900 households' });
    expect(await point.innerText()).toContain('Not found in the message. A number here is not in the message. Check before you use it.');
  });

  test('is copied as plain text under its marking', async () => {
    await mailbox.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await mailbox.pane.getByRole('button', { name: 'Copy' }).click();
    await mailbox.pane.getByText('Copied').waitFor();
    const area = mailbox.page.getByRole('main');
    await area.focus();
    // clipboard-read is switched off for our pages, so what was copied is seen by pasting it.
    await mailbox.ribbon('Ask');
    await mailbox.pane.getByLabel('Your question about this message').focus();
    await mailbox.page.keyboard.press('Control+V');
    const pasted = await mailbox.pane.getByLabel('Your question about this message').inputValue();
    expect(pasted).toMatch(/^OFFICIAL\n\nThe Minister wants three changes/);
    expect(pasted).toContain('- The grants helped 6,900 households. (not found in the message)');
    expect(pasted).toContain('(who: you; due: by noon on Tuesday 24 November)');
  });
});

describe('while a task runs', () => {
  const working: TaskEvent[] = [
    { type: 'accepted', id: 'task-7' },
    { type: 'progress', progress: { step: 'thinking', done: 1, total: 3 } },
  ];

  test('the pane says what it is doing and shows finished parts as they come', async () => {
    const part: TaskEvent = {
      type: 'part',
      path: 'points.0',
      value: statement('The answer is due on Thursday.', [3]),
      citations: summaryResult.citations,
    };
    const held = holds([...working, part], [{ type: 'result', result: summaryResult }]);
    server.script = held.script;
    await mailbox.ribbon('Summarise');
    await mailbox.pane.getByText('The answer is due on Thursday.').waitFor();
    expect(await mailbox.pane.locator('.progress').innerText()).toBe('Finding what matters: 1 of 3…');
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await saveScreenshot(mailbox.page, 'outlook-working');
    held.release();
    await mailbox.pane.getByRole('heading', { name: 'Questions still open' }).waitFor();
    expect(await mailbox.pane.getByText('The answer is due on Thursday.', { exact: true }).count()).toBe(0);
  });

  test('Cancel stops it here and on the server, and the focus stays in the pane', async () => {
    const held = holds(working);
    server.script = held.script;
    await mailbox.ribbon('Summarise');
    await mailbox.pane.getByText('Finding what matters').waitFor();
    await mailbox.pane.getByRole('button', { name: 'Cancel' }).click();
    await mailbox.pane.getByText('Stopped. Nothing was kept.').waitFor();
    expect(await held.ended).toBe('gone');
    expect(server.cancelled).toEqual(['task-7']);
    expect(await mailbox.pane.locator(':focus').innerText()).toBe('Summarise');
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
  });

  test('its result never passes for that of a message opened meanwhile', async () => {
    const held = holds(working, [{ type: 'result', result: draftResult }]);
    server.script = held.script;
    await mailbox.openMail('Priya Shah');
    await mailbox.ribbon('Draft reply');
    await mailbox.pane.getByRole('button', { name: 'Write the draft' }).click();
    await mailbox.pane.getByText('Finding what matters').waitFor();
    await mailbox.openMail('Margaret Ellison');
    held.release();
    await mailbox.pane.getByText('This is for another message:').waitFor();
    await mailbox.pane.getByLabel(/^Draft:/).waitFor();
    expect(await mailbox.pane.locator('.message').innerText()).toContain('Flood grants: questions from our members');
    expect(await mailbox.pane.locator('.stale').innerText()).toContain('“RE: PQ 48213: property flood resilience grants”, from Priya Shah');
    expect(await mailbox.pane.getByRole('button', { name: 'Open reply with this draft' }).count()).toBe(0);
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await saveScreenshot(mailbox.page, 'outlook-other-message');
    server.script = answers(draftResult);
    await mailbox.pane.getByRole('button', { name: 'Draft a reply to the open message' }).click();
    await mailbox.pane.getByText('For “Flood grants').waitFor();
    expect(server.requests.at(-1)?.sources[0]).toMatchObject({ subject: 'Flood grants: questions from our members' });
  });
});

describe('a failure', () => {
  test('of a marked message is told in the server’s words, and is not tried again', async () => {
    server.refusal = {
      code: 'marking-refused',
      message: 'This message is marked SECRET. Humphrey has not read it. Follow your local procedure for reporting a security incident.',
    };
    await mailbox.openMail('Security Team');
    await mailbox.ribbon('Summarise');
    expect(await mailbox.pane.getByRole('alert').innerText()).toBe(server.refusal.message);
    expect(await mailbox.pane.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await saveScreenshot(mailbox.page, 'outlook-refused');
  });

  test('that may pass can be tried again with one press', async () => {
    server.refusal = { code: 'model-unavailable', message: 'The model is not answering. Try again in a few minutes.' };
    await mailbox.ribbon('Summarise');
    await mailbox.pane.getByText('The model is not answering.').waitFor();
    await saveScreenshot(mailbox.page, 'outlook-error');
    server.refusal = undefined;
    server.script = answers(summaryResult);
    await mailbox.pane.getByRole('button', { name: 'Try again' }).click();
    await mailbox.pane.getByRole('heading', { name: 'Main points' }).waitFor();
    expect(await mailbox.pane.locator(':focus').innerText()).toBe('Summarise');
  });

  test('of the connection is told before and in the middle of an answer', async () => {
    await mailbox.page.route('**/api/tasks', (route) => route.abort());
    await mailbox.ribbon('Summarise');
    await mailbox.pane.getByText('Humphrey cannot be reached. Check your network connection, then try again.').waitFor();
    await mailbox.page.unroute('**/api/tasks');
    server.script = (_request, send) => {
      send({ type: 'accepted', id: 'task-1' });
      return Promise.resolve();
    };
    await mailbox.pane.getByRole('button', { name: 'Try again' }).click();
    await mailbox.pane.getByText('The connection to Humphrey was lost before the answer was finished. Try again.').waitFor();
  });
});

describe('a draft', () => {
  async function writeDraft(): Promise<void> {
    await mailbox.openMail('Priya Shah');
    await mailbox.ribbon('Draft reply');
    await mailbox.pane.getByLabel('Tone').selectOption('Formal');
    await mailbox.pane.getByLabel('Length').selectOption('Short');
    await mailbox.pane.getByLabel('Answer').selectOption('Holding reply');
    await mailbox.pane.getByLabel('What should it say? (optional)').fill('Finance will confirm tomorrow');
    await mailbox.pane.getByRole('button', { name: 'Write the draft' }).click();
    await mailbox.pane.getByLabel(/^Draft:/).waitFor();
  }

  test('is asked for as the form says, can be edited, and opens as a reply that is not sent', async () => {
    server.script = answers(draftResult);
    await writeDraft();
    expect(server.requests[0]).toMatchObject({
      task: 'draft-reply',
      instruction: 'Finance will confirm tomorrow',
      options: { tone: 'formal', length: 'short', stance: 'holding' },
    });
    expect(await mailbox.pane.getByRole('heading', { name: 'Answers 1 of 2 questions' }).count()).toBe(1);
    const editor = mailbox.pane.getByLabel(/^Draft:/);
    await editor.fill('Dear Priya,\n\nIs 5 < 6 & <b>this</b> "fine"?\nSam');
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await saveScreenshot(mailbox.page, 'outlook-draft');
    await mailbox.pane.getByRole('button', { name: 'Open reply with this draft' }).click();
    await mailbox.pane.getByText('The reply is open in Outlook. Nothing is sent until you send it.').waitFor();
    expect(await mailbox.page.getByText('Not sent').count()).toBe(1);
    expect(await mailbox.page.getByLabel('Text of the reply').inputValue()).toBe(
      'OFFICIAL\n\nDear Priya,\n\nIs 5 < 6 & <b>this</b> "fine"?\nSam',
    );
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await saveScreenshot(mailbox.page, 'outlook-reply');
  });

  test('is changed on request, keeps its marking, and the version before can be had back', async () => {
    const sensitive = { ...draftResult, marking: { ...draftResult.marking, sensitive: true, text: 'OFFICIAL-SENSITIVE' } };
    server.script = answers(sensitive);
    await writeDraft();
    await mailbox.pane.getByLabel(/^Draft:/).fill('My own words.');
    const shorter = taskResult(
      { kind: 'draft', body: 'Shorter.', paragraphs: [statement('Shorter.')], answers: [] },
      { id: 'draft-2', task: 'redraft' },
    );
    server.script = answers(shorter);
    await mailbox.pane.getByRole('button', { name: 'Shorter' }).click();
    await mailbox.pane.getByRole('button', { name: 'Go back to the version before' }).waitFor();
    expect(server.requests.at(-1)).toEqual({
      task: 'redraft',
      previous: 'draft-1',
      options: { change: 'shorter' },
      sources: [{ kind: 'text', text: 'My own words.', name: 'Your edited draft' }],
    });
    expect(await mailbox.pane.getByLabel(/^Draft:/).inputValue()).toBe('Shorter.');
    expect(await mailbox.pane.locator('.banner').innerText()).toBe('OFFICIAL-SENSITIVE');
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await mailbox.pane.getByRole('button', { name: 'Go back to the version before' }).click();
    expect(await mailbox.pane.getByLabel(/^Draft:/).inputValue()).toBe('My own words.');
  });

  test('stays when a change of it fails', async () => {
    server.script = answers(draftResult);
    await writeDraft();
    server.refusal = { code: 'model-failed', message: 'The model gave no usable answer. Try again.' };
    await mailbox.pane.getByRole('button', { name: 'Plainer' }).click();
    await mailbox.pane.getByText('The model gave no usable answer.').waitFor();
    expect(await mailbox.pane.getByLabel(/^Draft:/).inputValue()).toContain('Dear Priya,');
    expect(await mailbox.pane.getByRole('button', { name: 'Try again' }).count()).toBe(1);
  });

  test('that is too long for a reply is said to be, with what to do', async () => {
    server.script = answers(draftResult);
    await writeDraft();
    await mailbox.pane.getByLabel(/^Draft:/).fill('Too long. '.repeat(3_400));
    await mailbox.pane.getByRole('button', { name: 'Open reply with this draft' }).click();
    await mailbox.pane.getByText('This draft is longer than Outlook lets an add-in put into a reply.').waitFor();
    expect(await mailbox.page.getByText('Not sent').count()).toBe(0);
  });
});

describe('a question', () => {
  test('is answered from the message, and an empty one is asked for', async () => {
    server.script = answers(taskResult({ kind: 'answer', found: false, answer: [] }, { task: 'answer' }));
    await mailbox.ribbon('Ask');
    await mailbox.pane.getByRole('button', { name: 'Get the answer' }).click();
    await mailbox.pane.getByText('Enter your question').waitFor();
    expect(server.requests).toHaveLength(0);
    expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
    await mailbox.pane.getByLabel('Your question about this message').fill('Who pays?');
    await mailbox.pane.getByRole('button', { name: 'Get the answer' }).click();
    await mailbox.pane
      .getByText('We found no answer to this in the message. It may be there in other words: check before you rely on this.')
      .waitFor();
    expect(server.requests[0]).toMatchObject({ task: 'answer', instruction: 'Who pays?' });
  });
});

describe('attachments', () => {
  test('go with the message as bytes when included, and by name alone when not', async () => {
    server.script = answers(summaryResult);
    await mailbox.openMail('Tom Okafor');
    await mailbox.ribbon('Ask');
    expect(await mailbox.pane.locator('.attachments').innerText()).toContain(
      'Include 2 attachments\nCalder Valley briefing note.docx 3 KB',
    );
    await mailbox.pane.getByRole('button', { name: 'Summarise' }).click();
    await mailbox.pane.getByRole('heading', { name: 'Main points' }).waitFor();
    const [source] = server.requests[0]?.sources ?? [];
    if (source?.kind !== 'email') throw new Error('no email was sent');
    const [note, people] = source.attachments ?? [];
    expect(
      Buffer.from(note?.base64 ?? '', 'base64')
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    expect(Buffer.from(people?.base64 ?? '', 'base64').toString()).toContain('Councillor Joan Whitaker');
    await saveScreenshot(mailbox.page, 'outlook-attachments');
    await mailbox.pane.getByLabel('Include 2 attachments').uncheck();
    await mailbox.pane.getByRole('button', { name: 'Actions' }).click();
    await mailbox.pane.getByRole('heading', { name: 'Actions', level: 2 }).waitFor();
    await mailbox.pane.getByText('Key sentences').waitFor();
    expect(server.requests[1]?.sources[0]).toMatchObject({
      attachments: [{ name: 'Calder Valley briefing note.docx' }, { name: 'Who the Minister will meet.txt' }],
    });
    expect(JSON.stringify(server.requests[1])).not.toContain('base64');
  });
});

describe('what comes from a model', () => {
  test('is shown as text, whatever it holds', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(1)</script>[link](javascript:alert(1)) **bold**';
    server.script = answers(
      taskResult(
        { kind: 'summary', headline: statement(hostile), points: [statement(hostile)], actions: [], dates: [], questions: [] },
        { engineNote: hostile, notices: [{ code: 'text-cut', message: hostile }] },
      ),
    );
    await mailbox.ribbon('Summarise');
    await mailbox.pane.getByRole('heading', { name: 'Main points' }).waitFor();
    expect(await mailbox.pane.getByText(hostile).count()).toBe(4);
    expect(await mailbox.pane.locator('#pane').locator('img, script, a, iframe').count()).toBe(0);
  });
});

test('no script of another origin and no markup from a string gets into the pane, even when our own code tries', async () => {
  const opened = await openWatched(browser, `${server.url}/taskpane.html`);
  const outcomes = await opened.page.evaluate(() => {
    const attempt = (act: () => void): string => {
      try {
        act();
        return 'let in';
      } catch (thrown) {
        return String(thrown);
      }
    };
    const script = (src: string): string => attempt(() => (document.createElement('script').src = src));
    return {
      markup: attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
      stranger: script('https://stranger.example/x.js'),
      lookalike: script('https://appsforoffice.microsoft.com.stranger.example/lib/1/hosted/office.js'),
      otherFolder: script('https://appsforoffice.microsoft.com/other.js'),
      data: script('data:text/javascript,1'),
      officeJs: script('https://appsforoffice.microsoft.com/lib/1/hosted/outlook-web-16.01.js'),
      own: script('/assets/taskpane.js'),
    };
  });
  expect(outcomes).toEqual({
    markup: expect.stringContaining('TrustedHTML'),
    stranger: 'TypeError: Humphrey loads no script from https://stranger.example.',
    lookalike: expect.stringContaining('Humphrey loads no script'),
    otherFolder: expect.stringContaining('Humphrey loads no script'),
    data: 'TypeError: Humphrey loads no script from null.',
    officeJs: 'let in',
    own: 'let in',
  });
  await opened.close();
});

test('the pane’s address opened outside Outlook says where to open it', async () => {
  const opened = await openWatched(browser, `${server.url}/taskpane.html`);
  await opened.page.getByText('Humphrey works inside Outlook.').waitFor();
  expect(await findAccessibilityFaults(opened.page)).toEqual([]);
  expect({ outside: opened.outside, refused: opened.refused }).toEqual({ outside: [], refused: [] });
  await opened.close();
});
