import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './launch-chromium.ts';
import { openMailbox } from './open-mailbox.ts';
import { startPageServer, type PageServer } from './page-server.ts';
import { draftResult, summaryResult } from './sample-results.ts';

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startPageServer();
  server.script = (request, send) => {
    send({ type: 'result', result: request.task === 'draft-reply' ? draftResult : summaryResult });
    return Promise.resolve();
  };
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The name of what has the focus, in the page or in the pane. */
async function focused(page: Page): Promise<string> {
  for (const frame of page.frames()) {
    const name = await frame.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body || element instanceof HTMLIFrameElement) return '';
      const labels =
        element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
          ? [...element.labels].map((label) => label.innerText)
          : [];
      return element.getAttribute('aria-label') ?? labels[0] ?? (element as HTMLElement).innerText;
    });
    if (name !== '') return name.split('\n')[0] ?? '';
  }
  return '';
}

/** Presses a key until this has the focus; more than 60 presses is no way that a person would go. */
async function press(page: Page, key: 'Tab' | 'Shift+Tab', name: string): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (now === name) return;
    seen.push(now);
  }
  throw new Error(`"${name}" was not reached with ${key}; the focus went: ${seen.join(', ')}`);
}

test('from opening the mailbox to a reply with the keyboard alone, without a trap on the way', async () => {
  const { page, pane, close } = await openMailbox(browser, server.url);
  await press(page, 'Tab', 'Priya Shah');
  await page.keyboard.press('Enter');
  await press(page, 'Shift+Tab', 'Summarise');
  await page.keyboard.press('Enter');
  await pane.getByRole('heading', { name: 'Main points' }).waitFor();
  // The answer came without taking the focus from where the person was.
  expect(await focused(page)).toBe('Summarise');

  await press(page, 'Tab', 'Open message');
  await press(page, 'Tab', 'Summarise');
  await press(page, 'Tab', 'Source [2]');
  await page.keyboard.press('Space');
  expect(await pane.locator('mark').count()).toBe(1);
  await press(page, 'Shift+Tab', 'Draft reply');
  await page.keyboard.press('Enter');
  await press(page, 'Tab', 'Tone');
  await page.keyboard.press('ArrowDown');
  await press(page, 'Tab', 'What should it say? (optional)');
  await page.keyboard.type('The figures follow tomorrow');
  await press(page, 'Tab', 'Write the draft');
  await page.keyboard.press('Enter');
  await pane.getByRole('heading', { name: 'Draft reply' }).waitFor();
  expect(server.requests.at(-1)).toMatchObject({
    task: 'draft-reply',
    instruction: 'The figures follow tomorrow',
    options: { tone: 'warm' },
  });
  expect(await focused(page)).toBe('Draft reply');

  await press(page, 'Tab', 'Draft: edit it here before you use it');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Taylor');
  await press(page, 'Tab', 'Open reply with this draft');
  await page.keyboard.press('Enter');
  await page.getByText('Not sent').waitFor();
  expect(await page.getByLabel('Text of the reply').inputValue()).toMatch(/Sam Taylor$/);

  // Past the pane's last control the focus leaves the pane, forward and backward.
  await press(page, 'Tab', 'Back to the start page');
  await press(page, 'Tab', 'Ask');
  await close();
});

test('every control of the pane is at least 24 pixels high and wide, and shows the focus', async () => {
  const { page, pane, ribbon, close } = await openMailbox(browser, server.url, { viewport: { width: 320, height: 640 } });
  await ribbon('Draft reply');
  await pane.getByRole('button', { name: 'Write the draft' }).click();
  await pane.getByLabel(/^Draft:/).waitFor();
  await pane.getByRole('button', { name: 'Draft reply' }).click();
  const small = await pane.locator('button:visible, select:visible, textarea:visible, label.choice:visible').evaluateAll((elements) =>
    elements.flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      return width < 24 || height < 24 ? [element.textContent] : [];
    }),
  );
  expect(small).toEqual([]);
  await page.keyboard.press('Tab');
  const outline = await pane.locator(':focus').evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).toBe('solid');
  await close();
});
