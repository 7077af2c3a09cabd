import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig, settings } from '../../bot/config.ts';

describe('a start with nothing set', () => {
  test('is offline mode on loopback with the offline engine and the Playground', () => {
    expect(readConfig({})).toMatchObject({
      offline: true,
      host: '127.0.0.1',
      port: 3978,
      engine: { name: 'offline' },
      playground: { port: 56150 },
      publicOrigin: 'http://localhost:3978',
    });
  });

  test('counts empty values as unset', () => {
    expect(readConfig({ OPENAI_API_KEY: ' ', MICROSOFT_APP_ID: '' }).offline).toBe(true);
  });
});

describe('an empty app id', () => {
  test.each([
    [{ OPENAI_API_KEY: 'key' }, /MICROSOFT_APP_ID.*HUMPHREY_OFFLINE=on/su],
    [{ HUMPHREY_OFFLINE: 'off' }, /HUMPHREY_OFFLINE is off.*MICROSOFT_APP_ID/su],
    [{ HUMPHREY_OFFLINE: 'on', HOST: '0.0.0.0' }, /HOST is 0\.0\.0\.0.*this machine only/su],
    [{ HOST: '192.168.1.5' }, /HOST is 192\.168\.1\.5/u],
    [{ HUMPHREY_OFFLINE: 'on', HOST: '127.evil.example' }, /HOST/u],
  ])('with %j is refused, and the message says how to mend it', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(message);
  });

  test('set without its secret or tenant is refused by name', () => {
    expect(() => readConfig({ MICROSOFT_APP_ID: 'id' })).toThrow(/MICROSOFT_APP_PASSWORD/u);
    expect(() => readConfig({ MICROSOFT_APP_ID: 'id', MICROSOFT_APP_PASSWORD: 's' })).toThrow(/MICROSOFT_APP_TENANT_ID/u);
  });

  test.each(['127.0.0.1', 'localhost', '::1'])('is taken in offline mode on %s', (host) => {
    expect(readConfig({ HUMPHREY_OFFLINE: 'on', HOST: host }).bot.appId).toBe('');
  });
});

describe('the engine', () => {
  const base = { HUMPHREY_OFFLINE: 'on' };
  test.each([
    [{ OPENAI_API_KEY: 'k' }, { name: 'openai', model: 'gpt-4o', connection: { kind: 'openai', apiKey: 'k' } }],
    [
      { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/', OPENAI_MODEL: 'm' },
      { name: 'openai', model: 'm', connection: { kind: 'compatible', baseURL: 'http://127.0.0.1:9/v1' } },
    ],
    [
      { AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com', AZURE_OPENAI_API_KEY: 'k' },
      { name: 'openai', model: 'gpt-4o', connection: { kind: 'azure', endpoint: 'https://x.openai.azure.com', apiKey: 'k' } },
    ],
    [
      { AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com' },
      { name: 'openai', model: 'gpt-4o', connection: { kind: 'azure-identity', endpoint: 'https://x.openai.azure.com' } },
    ],
    [{ OPENAI_API_KEY: 'k', HUMPHREY_ENGINE: 'offline' }, { name: 'offline' }],
  ])('of %j is what it says', (environment, engine) => {
    expect(readConfig({ ...base, ...environment }).engine).toEqual(engine);
  });

  test.each([
    [{ HUMPHREY_ENGINE: 'openai' }, /OPENAI_API_KEY/u],
    [{ HUMPHREY_ENGINE: 'gpt' }, /one of: openai, offline/u],
    [{ OPENAI_BASE_URL: 'http://model.example.com/v1' }, /unencrypted/u],
    [{ OPENAI_BASE_URL: 'model.example.com' }, /OPENAI_BASE_URL/u],
    [{ PORT: '99999' }, /PORT/u],
    [{ HUMPHREY_OFFLINE: 'maybe' }, /on or off/u],
    [{ PUBLIC_ORIGIN: 'https://a.example/path' }, /PUBLIC_ORIGIN/u],
  ])('%j is refused by name', (environment, message) => {
    expect(() => readConfig({ ...base, ...environment })).toThrow(message);
  });
});

describe('the store', () => {
  test('is the embedded server in the project by default, with the key beside it', () => {
    const { store, role } = readConfig({});
    expect(store.databaseUrl).toBeUndefined();
    expect(store.dataFolder).toBe(fileURLToPath(new URL('../../.humphrey/data', import.meta.url)));
    expect(store.keyFile).toBe(join(store.dataFolder, 'keys'));
    expect(role).toBe('all');
  });

  test('is where the settings say', () => {
    const url = 'postgres://u:p@127.0.0.1/d';
    expect(readConfig({ DATABASE_URL: url, DATA_FOLDER: '/srv/data', KEY_FILE: '/run/keys', ROLE: 'worker' })).toMatchObject({
      store: { databaseUrl: url, dataFolder: '/srv/data', keyFile: '/run/keys' },
      role: 'worker',
    });
  });

  test.each([
    [{ ROLE: 'boss' }, /ROLE.*web, worker, all/su],
    [{ ROLE: 'web', DATABASE_URL: 'postgres://u:p@127.0.0.1/d' }, /KEY_FILE/u],
    [{ OPENAI_TOKENS_PER_MINUTE: '0' }, /OPENAI_TOKENS_PER_MINUTE/u],
    [{ OPENAI_REQUESTS_PER_MINUTE: 'many' }, /OPENAI_REQUESTS_PER_MINUTE/u],
  ])('%j is refused by name', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });
});

test('.env.example names every setting with its default', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  for (const [name, setting] of Object.entries(settings)) expect(example).toContain(`# ${setting.about}\n${name}=${setting.default}\n`);
});
