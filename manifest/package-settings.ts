import { parseArgs } from 'node:util';
import { HumphreyError } from '../shared/errors.ts';
import type { ManifestSettings } from './app.ts';

/** What `npm run package` was asked for, and what a person must still give before the package is of use. */
export interface PackageSettings {
  manifest: ManifestSettings;
  /** Path of the zip file, as given. */
  output: string;
  /** One sentence for each value that is only fit for trying out. */
  warnings: string[];
}

/** Humphrey's own; a department that runs two Humphreys side by side gives each another. */
const DEFAULT_APP_ID = '6f2a1c5e-8d0b-4b77-9a3e-2f4c7d1e9b60';
/** No bot has this id, so a package made without one cannot reach somebody else's. */
const NO_BOT_ID = '00000000-0000-0000-0000-000000000000';
const DEVELOPMENT_ORIGIN = 'https://localhost:3978';
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const flags = {
  origin: { type: 'string', default: DEVELOPMENT_ORIGIN },
  'app-id': { type: 'string', default: DEFAULT_APP_ID },
  'bot-id': { type: 'string', default: NO_BOT_ID },
  version: { type: 'string', default: '1.0.0' },
  developer: { type: 'string', default: 'Humphrey' },
  'website-url': { type: 'string' },
  'privacy-url': { type: 'string' },
  'terms-url': { type: 'string' },
  output: { type: 'string', default: 'package/humphrey.zip' },
} as const;

function readFlags(args: string[]) {
  try {
    return parseArgs({ args, options: flags, strict: true }).values;
  } catch (cause) {
    const names = Object.keys(flags).map((name) => `--${name}`);
    throw new HumphreyError(
      'invalid-request',
      `${cause instanceof Error ? cause.message : String(cause)}\nYou can give: ${names.join(', ')}.`,
      { cause },
    );
  }
}

function readUuid(flag: string, value: string): string {
  if (UUID.test(value)) return value.toLowerCase();
  throw new HumphreyError('invalid-request', `--${flag} must be an id such as ${DEFAULT_APP_ID}; it is "${value}".`);
}

function readOrigin(value: string): string {
  const url = URL.parse(value);
  const isOriginOnly =
    url?.protocol === 'https:' &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  if (url && isOriginOnly) return url.origin;
  throw new HumphreyError(
    'invalid-request',
    `--origin must be the https address of your server without a path, such as https://humphrey.example.gov.uk; it is "${value}". Outlook and Teams open nothing over http.`,
  );
}

function readPage(flag: string, value: string | undefined, origin: string): string {
  if (value === undefined) return `${origin}/`;
  if (URL.parse(value)?.protocol === 'https:') return value;
  throw new HumphreyError('invalid-request', `--${flag} must be a https address; it is "${value}".`);
}

/** Reads the flags of `npm run package -- …`; throws HumphreyError invalid-request with the remedy. */
export function readPackageSettings(args: string[]): PackageSettings {
  const values = readFlags(args);
  const origin = readOrigin(values.origin);
  const botId = readUuid('bot-id', values['bot-id']);
  const missingPages = (['website-url', 'privacy-url', 'terms-url'] as const)
    .filter((flag) => values[flag] === undefined)
    .map((flag) => `--${flag}`);
  const warnings = [
    LOOPBACK_NAMES.includes(new URL(origin).hostname) &&
      'Its --origin is this computer, which nobody else can reach. Give the https address of your server.',
    botId === NO_BOT_ID && 'It has no --bot-id, so Teams cannot reach the bot. Give the Microsoft app id of your Azure Bot.',
    missingPages.length > 0 &&
      `It has no ${missingPages.join(', ')}: people who look for them find only ${origin}/. Give the pages of your department.`,
  ].filter((warning) => warning !== false);
  return {
    manifest: {
      appId: readUuid('app-id', values['app-id']),
      botId,
      origin,
      version: values.version,
      developer: {
        name: values.developer,
        websiteUrl: readPage('website-url', values['website-url'], origin),
        privacyUrl: readPage('privacy-url', values['privacy-url'], origin),
        termsOfUseUrl: readPage('terms-url', values['terms-url'], origin),
      },
    },
    output: values.output,
    warnings,
  };
}
