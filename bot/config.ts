import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { EngineConnection } from '../shared/engine/openai-connection.ts';

/**
 * The whole configuration: every name, its default, and what it does. `.env.example` is written from this table.
 * An empty value counts as unset.
 */
export const settings = {
  PORT: { default: '3978', about: 'Port of the one HTTP server.' },
  HOST: { default: '127.0.0.1', about: 'Address to listen on. Outside offline mode usually 0.0.0.0 behind a TLS proxy.' },
  PUBLIC_ORIGIN: {
    default: '',
    about: 'Origin that browsers see, such as https://humphrey.example.gov.uk. Default: http://localhost:PORT.',
  },
  PLAYGROUND: { default: 'on', about: 'on: offline mode also starts the Microsoft 365 Agents Playground; off: it does not.' },
  PLAYGROUND_PORT: { default: '56150', about: 'Port of the Playground, on 127.0.0.1.' },
  HUMPHREY_OFFLINE: {
    default: '',
    about: 'on: no Microsoft 365 sign-in, this machine only (development identity, loopback). Default: on when nothing else is set.',
  },
  HUMPHREY_ENGINE: {
    default: '',
    about: 'openai or offline. Default: openai when a key, base URL or Azure endpoint is set, else offline.',
  },
  OPENAI_API_KEY: { default: '', about: 'Key of api.openai.com, or of the server that OPENAI_BASE_URL names.' },
  OPENAI_BASE_URL: { default: '', about: 'A compatible server, such as http://127.0.0.1:8080/v1.' },
  OPENAI_MODEL: { default: 'gpt-4o', about: 'Model, or on Azure the name of the deployment.' },
  OPENAI_BASE_MODEL: {
    default: '',
    about: "The model behind an Azure deployment whose name is not the model's, for its limits and prices.",
  },
  AZURE_OPENAI_ENDPOINT: {
    default: '',
    about: 'Such as https://name.openai.azure.com. Uses AZURE_OPENAI_API_KEY, or Entra identity where that is unset.',
  },
  AZURE_OPENAI_API_KEY: { default: '', about: 'Key of the Azure resource.' },
  OPENAI_TOKENS_PER_MINUTE: { default: '450000', about: "The model account's limit, until the provider's own headers say better." },
  OPENAI_REQUESTS_PER_MINUTE: { default: '5000', about: 'The same, of requests.' },
  DATABASE_URL: {
    default: '',
    about:
      'PostgreSQL 15 to 18, such as postgres://user:password@server:5432/humphrey?sslmode=verify-full. Default: the PostgreSQL that Humphrey brings, in DATA_FOLDER.',
  },
  DATA_FOLDER: {
    default: '.humphrey/data',
    about: 'Where the database and the key file are, on a local disk. A relative one counts from the folder of this project.',
  },
  KEY_FILE: {
    default: '',
    about:
      'The file with the key that seals what is kept, made at the first start: keep a copy apart from the database. Default: keys in DATA_FOLDER.',
  },
  ROLE: {
    default: 'all',
    about: 'web: answers HTTP; worker: does the tasks; all: both in one process. Any number of each may share one DATABASE_URL.',
  },
  MICROSOFT_APP_ID: { default: '', about: "The bot's application (client) id in Entra." },
  MICROSOFT_APP_PASSWORD: { default: '', about: "The bot's client secret." },
  MICROSOFT_APP_TENANT_ID: { default: '', about: 'Tenant of a single-tenant bot.' },
  TEAMS_DOWNLOAD_HOSTS: {
    default: '',
    about:
      "Hosts from which files sent to the bot may be fetched, by comma: the tenant's own, such as contoso.sharepoint.com,contoso-my.sharepoint.com.",
  },
  LOG_LEVEL: { default: 'info', about: 'debug, info, warn, error or silent.' },
} as const;

export type SettingName = keyof typeof settings;
export type Environment = Partial<Record<string, string>>;

export type EngineSettings = { name: 'offline' } | { name: 'openai'; model: string; baseModel?: string; connection: EngineConnection };

/** Where everything is kept. */
export interface StoreSettings {
  /** Undefined: the embedded server. */
  databaseUrl: string | undefined;
  dataFolder: string;
  keyFile: string;
}

export type Role = 'web' | 'worker' | 'all';

export interface Config {
  port: number;
  host: string;
  publicOrigin: string;
  /** No Microsoft 365: development identity, loopback only. */
  offline: boolean;
  playground: { port: number } | undefined;
  engine: EngineSettings;
  /** Of the model account, until its headers say better. */
  modelLimits: { tokensPerMinute: number; requestsPerMinute: number };
  store: StoreSettings;
  role: Role;
  bot: { appId: string; appPassword?: string; tenantId?: string; downloadHosts: string[] };
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** A setting that is missing or wrong, with the remedy in its message. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** Reads the environment once. Throws ConfigError, naming the setting and the remedy. */
export function readConfig(environment: Environment): Config {
  const read = (name: SettingName): string => {
    const value = environment[name]?.trim();
    return value === undefined || value === '' ? settings[name].default : value;
  };
  const offline = readOffline(read);
  const port = readPort('PORT', read('PORT'));
  const host = read('HOST');
  const appId = read('MICROSOFT_APP_ID');
  if (!offline && appId === '') throw new ConfigError(noAppId(read('HUMPHREY_OFFLINE')));
  for (const name of ['MICROSOFT_APP_PASSWORD', 'MICROSOFT_APP_TENANT_ID'] as const) {
    if (!offline && read(name) === '')
      throw new ConfigError(
        `${name} is empty, so the bot could neither answer in Teams nor read a thread. Set it to the value of the bot's registration in Entra.`,
      );
  }
  if (offline && !isLoopback(host)) {
    throw new ConfigError(
      `HOST is ${host}, but offline mode checks nobody's identity, so it listens on this machine only. Unset HOST, or set MICROSOFT_APP_ID and unset HUMPHREY_OFFLINE.`,
    );
  }
  return {
    port,
    host,
    publicOrigin: readOrigin(read('PUBLIC_ORIGIN'), port),
    offline,
    playground:
      offline && readChoice('PLAYGROUND', read('PLAYGROUND'), ['on', 'off']) === 'on'
        ? { port: readPort('PLAYGROUND_PORT', read('PLAYGROUND_PORT')) }
        : undefined,
    engine: readEngine(read),
    modelLimits: {
      tokensPerMinute: readCount('OPENAI_TOKENS_PER_MINUTE', read),
      requestsPerMinute: readCount('OPENAI_REQUESTS_PER_MINUTE', read),
    },
    ...readStore(read),
    bot: {
      appId,
      downloadHosts: read('TEAMS_DOWNLOAD_HOSTS')
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== ''),
      ...optional('appPassword', read('MICROSOFT_APP_PASSWORD')),
      ...optional('tenantId', read('MICROSOFT_APP_TENANT_ID')),
    },
    logLevel: readChoice('LOG_LEVEL', read('LOG_LEVEL'), ['debug', 'info', 'warn', 'error', 'silent']),
  };
}

type Read = (name: SettingName) => string;

/** Offline mode is asked for, or is what a start with nothing set gives. */
function readOffline(read: Read): boolean {
  const flag = read('HUMPHREY_OFFLINE').toLowerCase();
  if (['on', '1', 'true', 'yes'].includes(flag)) return true;
  if (['off', '0', 'false', 'no'].includes(flag)) return false;
  if (flag !== '') throw new ConfigError(`HUMPHREY_OFFLINE is "${flag}". Set it to on or off.`);
  const others: SettingName[] = ['MICROSOFT_APP_ID', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'AZURE_OPENAI_ENDPOINT', 'PUBLIC_ORIGIN'];
  return others.every((name) => read(name) === '');
}

function noAppId(flag: string): string {
  const start =
    flag === '' ? 'A model or an origin is set, but MICROSOFT_APP_ID is empty.' : 'HUMPHREY_OFFLINE is off, but MICROSOFT_APP_ID is empty.';
  return `${start} Without it nobody's identity could be checked. Set MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD, or, to try it on this machine alone, set HUMPHREY_OFFLINE=on.`;
}

function readEngine(read: Read): EngineSettings {
  const wanted = read('HUMPHREY_ENGINE');
  const name = wanted === '' ? undefined : readChoice('HUMPHREY_ENGINE', wanted, ['openai', 'offline']);
  const endpoint = read('AZURE_OPENAI_ENDPOINT');
  const baseUrl = read('OPENAI_BASE_URL');
  const apiKey = read('OPENAI_API_KEY');
  const model = read('OPENAI_MODEL');
  if (name === 'offline') return { name: 'offline' };
  const openai = (connection: EngineConnection): EngineSettings => ({
    name: 'openai',
    model,
    ...optional('baseModel', read('OPENAI_BASE_MODEL')),
    connection,
  });
  if (endpoint !== '') {
    const azureKey = read('AZURE_OPENAI_API_KEY');
    const azure = { endpoint: readUrl('AZURE_OPENAI_ENDPOINT', endpoint) };
    return openai(azureKey === '' ? { kind: 'azure-identity', ...azure } : { kind: 'azure', ...azure, apiKey: azureKey });
  }
  if (baseUrl !== '') return openai({ kind: 'compatible', baseURL: readUrl('OPENAI_BASE_URL', baseUrl), ...optional('apiKey', apiKey) });
  if (apiKey !== '') return openai({ kind: 'openai', apiKey });
  if (name === 'openai')
    throw new ConfigError('HUMPHREY_ENGINE is openai, but no model is set. Set OPENAI_API_KEY, OPENAI_BASE_URL or AZURE_OPENAI_ENDPOINT.');
  return { name: 'offline' };
}

function readStore(read: Read): Pick<Config, 'store' | 'role'> {
  const role = readChoice('ROLE', read('ROLE'), ['web', 'worker', 'all']);
  const databaseUrl = read('DATABASE_URL');
  const keyFile = read('KEY_FILE');
  const dataFolder = inProject(read('DATA_FOLDER'));
  if (role !== 'all' && databaseUrl !== '' && keyFile === '') {
    throw new ConfigError(
      `ROLE is ${role}, so other processes share this database, but KEY_FILE is empty. Set it to the same file for all of them: without its key they cannot read what the others keep.`,
    );
  }
  return {
    role,
    store: {
      databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
      dataFolder,
      keyFile: keyFile === '' ? join(dataFolder, 'keys') : inProject(keyFile),
    },
  };
}

function inProject(path: string): string {
  return isAbsolute(path) ? path : fileURLToPath(new URL(`../${path.replaceAll('\\', '/')}`, import.meta.url));
}

function readCount(name: SettingName, read: Read): number {
  const count = z.coerce.number().int().positive().safeParse(read(name));
  if (!count.success) throw new ConfigError(`${name} is "${read(name)}". Set it to a whole number above 0.`);
  return count.data;
}

function readPort(name: SettingName, value: string): number {
  const port = z.coerce.number().int().min(0).max(65_535).safeParse(value);
  if (!port.success) throw new ConfigError(`${name} is "${value}". Set it to a port number from 1 to 65535, or 0 for any free one.`);
  return port.data;
}

function readUrl(name: SettingName, value: string): string {
  if (!URL.canParse(value) || !/^https?:$/u.test(new URL(value).protocol)) {
    throw new ConfigError(`${name} is "${value}". Set it to a whole address that begins with https:// (or http:// on this machine).`);
  }
  const url = new URL(value);
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConfigError(`${name} begins with http://, which would send content unencrypted to ${url.hostname}. Use https://.`);
  }
  return value.replace(/\/+$/u, '');
}

function readOrigin(value: string, port: number): string {
  if (value === '') return `http://localhost:${port}`;
  const url = readUrl('PUBLIC_ORIGIN', value);
  if (new URL(url).origin !== url)
    throw new ConfigError(`PUBLIC_ORIGIN is "${value}". Set it to scheme and host alone, such as https://humphrey.example.gov.uk.`);
  return url;
}

function readChoice<const Choice extends string>(name: SettingName, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value.toLowerCase());
  if (found === undefined) throw new ConfigError(`${name} is "${value}". Set it to one of: ${choices.join(', ')}.`);
  return found;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

function optional<Name extends string>(name: Name, value: string): Partial<Record<Name, string>> {
  return value === '' ? {} : ({ [name]: value } as Partial<Record<Name, string>>);
}
