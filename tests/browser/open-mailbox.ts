import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core';

export interface Watched {
  page: Page;
  /** Addresses outside the server that the page asked for. */
  outside: string[];
  /** What the Content-Security-Policy refused, save what office.js itself tries. */
  refused: string[];
  /** Uncaught errors of scripts. */
  errors: string[];
  close: () => Promise<void>;
}

export interface Mailbox extends Watched {
  /** The pane inside its frame. */
  pane: FrameLocator;
  openMail: (sender: string) => Promise<void>;
  /** Presses one of Humphrey's buttons on the mailbox's ribbon. */
  ribbon: (label: 'Summarise' | 'Draft reply' | 'Ask') => Promise<void>;
}

/** A fresh page that notes everything it must not do. */
export async function openWatched(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    ...options,
  });
  const outside: string[] = [];
  const refused: string[] = [];
  const errors: string[] = [];
  const { origin } = new URL(url);
  context.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) outside.push(request.url());
  });
  context.on('weberror', (error) => errors.push(error.error().message));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.debug(`refused by policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample} at ${event.sourceFile}`);
    });
  });
  context.on('console', (message) => {
    // The npm build of office.js reads an empty token as XML for its telemetry and sets some inline styles.
    if (message.text().startsWith('refused by policy') && !message.text().includes('/demo/office-js/')) refused.push(message.text());
  });
  const page = await context.newPage();
  await page.goto(url);
  return { page, outside, refused, errors, close: () => context.close() };
}

/** The demo mailbox, with no pane open yet. */
export async function openMailbox(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Mailbox> {
  const watched = await openWatched(browser, `${origin}/demo/outlook`, options);
  const { page } = watched;
  return {
    ...watched,
    pane: page.frameLocator('iframe[title="Humphrey"]'),
    openMail: (sender) => page.getByRole('navigation').getByRole('button', { name: sender }).click(),
    ribbon: (label) => page.getByRole('toolbar').getByRole('button', { name: label, exact: true }).click(),
  };
}
