import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findAccessibilityFaults } from '../browser/check-accessibility.ts';
import { launchChromium } from '../browser/launch-chromium.ts';
import { openMailbox, openWatched, type Mailbox } from '../browser/open-mailbox.ts';
import { saveScreenshot } from '../browser/save-screenshot.ts';
import { startHumphrey, type Humphrey } from './start-humphrey.ts';

let browser: Browser;
let humphrey: Humphrey;

beforeAll(async () => {
  [browser, humphrey] = await Promise.all([launchChromium(), startHumphrey()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([browser.close(), humphrey.stop()]);
});

/** Opens a sender's mail in the demo mailbox, runs the steps, and checks that the page did nothing it must not. */
async function inMailbox(sender: string, steps: (mailbox: Mailbox) => Promise<void>): Promise<void> {
  const mailbox = await openMailbox(browser, humphrey.origin);
  await mailbox.openMail(sender);
  await steps(mailbox);
  expect(await findAccessibilityFaults(mailbox.page)).toEqual([]);
  await mailbox.close();
  expect({ outside: mailbox.outside, refused: mailbox.refused, errors: mailbox.errors }).toEqual({ outside: [], refused: [], errors: [] });
}

describe('from a mail in Outlook through the whole server and back', () => {
  test('Summarise gives points whose quotes stand in the mail, with the engine named', async () => {
    await inMailbox('Priya Shah', async ({ page, pane, ribbon }) => {
      await ribbon('Summarise');
      await pane.getByText(/^Offline engine/).waitFor();
      const text = await pane.locator('main').innerText();
      expect(text).toContain('by noon on Tuesday 24 November');
      expect(text).toContain('For “RE: PQ 48213: property flood resilience grants”, from Priya Shah');
      await pane
        .getByRole('button', { name: /^Source/ })
        .first()
        .click();
      const quote = await pane.locator('mark').innerText();
      const mail = await page.getByRole('article').innerText();
      expect(mail.replace(/\s+/g, ' ')).toContain(quote.replace(/\s+/g, ' '));
      await saveScreenshot(page, 'flow-outlook-summary');
    });
  });

  test('attachments are read, and a citation names the document it stands in', async () => {
    await inMailbox('Tom Okafor', async ({ pane, ribbon }) => {
      await ribbon('Ask');
      await pane.getByLabel('Your question about this message').fill('How many households are waiting for a survey?');
      await pane.getByRole('button', { name: 'Get the answer' }).click();
      await pane.getByText(/^Offline engine/).waitFor();
      expect(await pane.locator('.run').innerText()).toContain('69');
      await pane
        .getByRole('button', { name: /^Source/ })
        .first()
        .click();
      expect(await pane.locator('.place').innerText()).toContain('Calder Valley briefing note.docx');
    });
  });

  test('a draft is written, made shorter, and opened as a reply that is not sent', async () => {
    await inMailbox('Margaret Ellison', async ({ page, pane, ribbon }) => {
      await ribbon('Draft reply');
      await pane.getByRole('button', { name: 'Write the draft' }).click();
      const editor = pane.getByLabel(/^Draft:/);
      await editor.waitFor();
      const first = await editor.inputValue();
      expect(first).toContain('Margaret');
      await pane.getByRole('button', { name: 'Shorter' }).click();
      await pane.getByRole('button', { name: 'Go back to the version before' }).waitFor();
      expect((await editor.inputValue()).length).toBeLessThan(first.length);
      await pane.getByRole('button', { name: 'Open reply with this draft' }).click();
      await page.getByText('Not sent').waitFor();
      expect(await page.getByLabel('Text of the reply').inputValue()).toContain('Margaret');
      await saveScreenshot(page, 'flow-outlook-draft');
    });
  });

  test('a marked mail carries its marking on the frame and on the draft', async () => {
    await inMailbox('Helen Marsh', async ({ page, pane, ribbon }) => {
      await ribbon('Draft reply');
      await pane.getByRole('button', { name: 'Write the draft' }).click();
      await pane.getByLabel(/^Draft:/).waitFor();
      expect(await pane.locator('.banner').innerText()).toMatch(/^OFFICIAL-SENSITIVE\b.*COMMERCIAL/);
      await pane.getByRole('button', { name: 'Open reply with this draft' }).click();
      await page.getByText('Not sent').waitFor();
      expect(await page.getByLabel('Text of the reply').inputValue()).toMatch(/^OFFICIAL-SENSITIVE/);
    });
  });

  test('a mail marked SECRET is refused in words, and nothing of it is summarised', async () => {
    await inMailbox('Security Team', async ({ page, pane, ribbon }) => {
      await ribbon('Summarise');
      expect(await pane.getByRole('alert').innerText()).toContain('SECRET');
      expect(await pane.getByRole('button', { name: 'Copy' }).count()).toBe(0);
      await saveScreenshot(page, 'flow-outlook-refused');
    });
  });
});

test('the start page tells which engine runs and leads to the mailbox', async () => {
  const { page, outside, refused, errors, close } = await openWatched(browser, `${humphrey.origin}/`);
  await page.getByText('offline, with no AI').waitFor();
  expect(await findAccessibilityFaults(page)).toEqual([]);
  await saveScreenshot(page, 'flow-start', { fullPage: true });
  await page.getByRole('link', { name: 'Open the mailbox' }).click();
  await page.getByRole('toolbar', { name: 'Humphrey' }).waitFor();
  expect({ outside, refused, errors }).toEqual({ outside: [], refused: [], errors: [] });
  await close();
});
