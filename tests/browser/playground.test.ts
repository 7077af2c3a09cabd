import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startPlayground, type Playground } from '../../bot/playground.ts';
import { startHumphrey } from '../flows/start-humphrey.ts';
import { startHarness } from '../teams/surface-harness.ts';
import { launchChromium } from './launch-chromium.ts';
import { saveScreenshot } from './save-screenshot.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let browser: Browser;
const open: { stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});
afterAll(() => browser.close());

/** A port that was free a moment ago: the Playground is told its port. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** The Playground wired to a bot, and its page when it has greeted. */
async function openPlayground(botUrl: string): Promise<{ page: Page; playground: Playground; port: number }> {
  const port = await freePort();
  const playground = await startPlayground({ botUrl, port, log: silent });
  open.push(playground);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  open.push({ stop: () => page.close() });
  await page.goto(playground.url);
  await page.getByText('Hello, I’m Humphrey').waitFor();
  // Its log panel repeats every word of the conversation.
  await page.getByText('Log Panel').locator('xpath=ancestor::*[.//button][1]').getByRole('button').last().click();
  await page.getByText('Log Panel').waitFor({ state: 'hidden' });
  return { page, playground, port };
}

function isUp(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

async function openHumphrey(): Promise<string> {
  const humphrey = await startHumphrey();
  open.push(humphrey);
  return `http://127.0.0.1:${humphrey.port}`;
}

async function say(page: Page, text: string): Promise<void> {
  await page.locator('[contenteditable=true]:visible').first().click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

describe('Humphrey in the Playground', () => {
  test('greets, summarises a sample in one card with its quotes, and answers what is asked next', async () => {
    const { page } = await openPlayground(await openHumphrey());
    await page.getByRole('button', { name: 'Summarise a sample thread' }).click();
    await page.getByText('Key sentences (offline engine, no AI)').waitFor();
    // The answer took the placeholder's place, and the offline engine's words are not labelled as AI's.
    expect(await page.getByText('Reading the thread…').count()).toBe(0);
    expect(await page.getByText('AI generated').count()).toBe(0);
    const quote = page.getByText('Sample thread: launch of the clean air zones consultation, message').first();
    expect(await quote.isVisible()).toBe(false);
    await page.getByRole('button', { name: /^Show or hide the quotes/u }).click();
    await quote.waitFor();
    await saveScreenshot(page, 'playground-sample-quotes');
    await say(page, 'who does the BBC interview?');
    await page.getByText('Sentences that may answer you (offline engine, no AI)').waitFor();
    await page.getByText('The Minister will do the BBC herself.').last().waitFor();
    await saveScreenshot(page, 'playground-personal-chat');
  }, 90_000);

  test('answers a mention in a channel in the same thread', async () => {
    const { page } = await openPlayground(await openHumphrey());
    await page.getByText('Consultation launch').first().click();
    await page.getByText('Demo: sample thread').waitFor();
    await page.locator('[contenteditable=true]:visible').first().click();
    await page.keyboard.type('@');
    await page.getByRole('menuitem', { name: 'Humphrey' }).click();
    await page.keyboard.type(' summarise this thread');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByText('Key sentences (offline engine, no AI)').waitFor();
    await page.getByText('From Sample thread: launch of the clean air zones consultation').waitFor();
    await saveScreenshot(page, 'playground-channel-thread');
  }, 90_000);

  test('labels an AI answer as AI generated', async () => {
    const harness = await startHarness();
    open.push({ stop: harness.close });
    const { page } = await openPlayground(new URL(harness.url).origin);
    await say(page, 'Summarise the plan');
    await page.getByText('Made by gpt-4o').waitFor();
    expect(await page.getByText('AI generated').count()).toBe(1);
    await saveScreenshot(page, 'playground-ai-answer');
  }, 90_000);
});

describe('the Playground’s process', () => {
  test('listens on this machine alone', async () => {
    const { port } = await openPlayground(await openHumphrey());
    const others = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).filter((address) => !address.internal && address.family === 'IPv4'),
    );
    for (const { address } of others) await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow();
  }, 90_000);

  test('is gone when it was stopped', async () => {
    const port = await freePort();
    const playground = await startPlayground({ botUrl: 'http://127.0.0.1:9', port, log: silent });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await playground.stop();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  }, 60_000);

  test('goes with its parent, however that goes', async () => {
    const port = await freePort();
    const owner = spawn(process.execPath, [fileURLToPath(new URL('playground-owner.ts', import.meta.url)), String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    // It is told by the closed channel; the loop ends with the test's own limit where it is not.
    while (await isUp(port)) await wait(50);
  }, 60_000);

  test('names the remedy when its port is in use', async () => {
    const port = await freePort();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    open.push({
      stop: () =>
        new Promise((resolve) => {
          blocker.close(() => {
            resolve();
          });
        }),
    });
    await expect(startPlayground({ botUrl: 'http://127.0.0.1:9', port, log: silent })).rejects.toThrow(
      `Port ${port} is in use, so the Playground could not start there.`,
    );
  }, 60_000);
});
