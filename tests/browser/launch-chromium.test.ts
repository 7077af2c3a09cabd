import { afterEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from './launch-chromium.ts';

let browser: Browser | undefined;
afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

async function textWidth(opened: Browser): Promise<number> {
  const page = await opened.newPage();
  await page.setContent('<p><span>Minister</span></p>');
  return page.locator('span').evaluate((element) => element.getBoundingClientRect().width);
}

describe('launchChromium', () => {
  test('the browser of this machine, or the packaged one, draws text', async () => {
    browser = await launchChromium();
    expect(await textWidth(browser)).toBeGreaterThan(20);
  });

  test('the packaged browser runs where the machine has none, with its own fonts', async () => {
    browser = await launchChromium({ ...process.env, CHROMIUM_PATH: '', HUMPHREY_TEST_CHROMIUM: 'package' });
    expect(browser.version()).toMatch(/^\d+\./);
    expect(await textWidth(browser)).toBeGreaterThan(20);
  }, 60_000);

  test('a wrong CHROMIUM_PATH is named', async () => {
    await expect(launchChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).rejects.toThrow('CHROMIUM_PATH names "/nowhere/chromium"');
  });
});
