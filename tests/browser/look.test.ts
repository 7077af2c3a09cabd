import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { findAccessibilityFaults } from './check-accessibility.ts';
import { launchChromium } from './launch-chromium.ts';
import { openMailbox, openWatched } from './open-mailbox.ts';
import { startPageServer, type PageServer } from './page-server.ts';
import { draftResult, summaryResult } from './sample-results.ts';
import { saveScreenshot } from './save-screenshot.ts';

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

const looks: [string, BrowserContextOptions][] = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 900 } }],
  ['narrow-dark', { viewport: { width: 320, height: 900 }, colorScheme: 'dark' }],
  ['forced-colours', { forcedColors: 'active' }],
];

/** True when nothing sticks out at the side: a person would have to scroll in two directions. */
function fits(): boolean {
  return document.documentElement.scrollWidth <= document.documentElement.clientWidth;
}

describe.each(looks)('in the %s look', (look, options) => {
  test('the start page says what runs, offers the three surfaces, and has no fault', async () => {
    const { page, outside, refused, errors, close } = await openWatched(browser, `${server.url}/`, options);
    await page.getByText('offline, with no AI').waitFor();
    expect(await page.getByRole('link').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))).toEqual([
      `${server.url}/demo/outlook`,
      'http://localhost:56150/',
      'http://localhost:56150/',
    ]);
    expect(await page.evaluate(fits)).toBe(true);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await saveScreenshot(page, `start-${look}`, { fullPage: true });
    expect({ outside, refused, errors }).toEqual({ outside: [], refused: [], errors: [] });
    await close();
  });

  test('the pane with a summary and with a draft fits and has no fault', async () => {
    const { page, pane, openMail, ribbon, close } = await openMailbox(browser, server.url, {
      ...options,
      viewport: { width: options.viewport?.width ?? 1280, height: 1900 },
    });
    await openMail('Priya Shah');
    await ribbon('Summarise');
    await pane.getByRole('button', { name: 'Source [2]' }).click();
    const frame = page.frames()[1];
    if (!frame) throw new Error('the pane did not open');
    expect(await frame.evaluate(fits)).toBe(true);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await pane.locator('main').screenshot({ path: await saveScreenshot(page, `pane-summary-${look}`), animations: 'disabled' });
    await pane.getByRole('button', { name: 'Draft reply' }).click();
    await pane.getByRole('button', { name: 'Write the draft' }).click();
    await pane.getByLabel(/^Draft:/).waitFor();
    expect(await frame.evaluate(fits)).toBe(true);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await pane.locator('main').screenshot({ path: await saveScreenshot(page, `pane-draft-${look}`), animations: 'disabled' });
    await close();
  });
});

test('text is drawn with a font', async () => {
  const { page, close } = await openWatched(browser, `${server.url}/`);
  expect(await page.getByRole('heading', { level: 1 }).evaluate((heading) => heading.getBoundingClientRect().height)).toBeGreaterThan(30);
  const width = await page
    .getByText('Humphrey', { exact: true })
    .first()
    .evaluate((element) => element.getBoundingClientRect().width);
  expect(width).toBeGreaterThan(40);
  await close();
});
