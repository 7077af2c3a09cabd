import { access, constants } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';
import { unpackPackagedChromium } from './packaged-chromium.ts';

interface Executable {
  path: string;
  environment: Record<string, string>;
}

/** Where the common systems put a Chromium or Chrome. */
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

// No network of its own, no first-run page, no graphics card: a test machine may have none.
const launchArguments = ['--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-component-update', '--no-pings'];

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findInstalled(): Promise<string | undefined> {
  for (const place of usualPlaces) if (await isExecutable(place)) return place;
  return undefined;
}

async function findExecutable(environment: NodeJS.ProcessEnv): Promise<Executable> {
  const named = environment['CHROMIUM_PATH'];
  if (named) {
    if (!(await isExecutable(named))) throw new Error(`CHROMIUM_PATH names "${named}", which cannot be run. Correct it or unset it.`);
    return { path: named, environment: {} };
  }
  const installed = environment['HUMPHREY_TEST_CHROMIUM'] === 'package' ? undefined : await findInstalled();
  return installed ? { path: installed, environment: {} } : unpackPackagedChromium();
}

/**
 * A real Chromium: CHROMIUM_PATH, else one on the machine, else the one that npm brought.
 * HUMPHREY_TEST_CHROMIUM=package passes over the machine's own. The caller closes it.
 */
export async function launchChromium(environment: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const executable = await findExecutable(environment);
  const inherited = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return chromium.launch({
    executablePath: executable.path,
    args: launchArguments,
    env: { ...inherited, ...executable.environment },
    headless: true,
  });
}
