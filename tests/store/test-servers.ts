import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import pg from 'pg';
import { openDatabase, type Database } from '../../shared/store/database.ts';
import { findPort } from '../../shared/store/embedded/find-port.ts';
import { startEmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';

export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A server to test against, with databases of its own for each suite. */
export interface TestServer {
  /** Address of an empty database. `plain`: its owner is no superuser, as a cloud's administrator is none; `powerless`: nor may it create roles. */
  createDatabase: (owner?: 'plain' | 'powerless') => Promise<string>;
  /** One migrated database for all tests of the suite, closed with the server. */
  migrated: () => Promise<Database>;
}

interface StartedServer {
  createDatabase: TestServer['createDatabase'];
  stop: () => Promise<void>;
}

interface ServerKind {
  name: string;
  start?: () => Promise<StartedServer>;
  /** Why it is not there. */
  skipped?: string;
}

export const embeddedKind: ServerKind & { start: () => Promise<StartedServer> } = { name: 'the embedded PostgreSQL', start: startEmbedded };

/**
 * Runs a suite on the embedded server and on a real one: DATABASE_URL_TEST (of a user who may create databases and roles), or a
 * throw-away cluster of Debian's PostgreSQL where that is installed. Says so when there is none.
 */
export function describeOnServers(suite: string, define: (server: () => TestServer) => void): void {
  for (const kind of [embeddedKind, realKind()]) {
    const { start } = kind;
    if (!start) {
      describe.skip(`${suite}, on a real PostgreSQL (skipped: ${kind.skipped ?? ''})`, () => {
        test('skipped', () => undefined);
      });
      continue;
    }
    describe(`${suite}, on ${kind.name}`, () => {
      let server: StartedServer | undefined;
      let shared: Promise<Database> | undefined;
      const create: TestServer['createDatabase'] = (owner) => {
        if (!server) throw new Error('the server is not started yet');
        return server.createDatabase(owner);
      };
      beforeAll(async () => {
        server = await start();
      }, 60_000);
      afterAll(async () => {
        await (await shared)?.close();
        await server?.stop();
      });
      define(() => ({ createDatabase: create, migrated: () => (shared ??= create().then(openMigrated)) }));
    });
  }
}

async function openMigrated(url: string): Promise<Database> {
  const database = openDatabase({ url, log: silentLog });
  await database.migrate();
  return database;
}

/** A folder of its own for one embedded server. */
export async function createServerFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'humphrey-store-'));
}

async function startEmbedded(): Promise<StartedServer> {
  const folder = await createServerFolder();
  const server = await startEmbeddedPostgres({ folder, log: silentLog });
  return {
    createDatabase: databaseMaker(server.url),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function realKind(): ServerKind {
  const url = process.env['DATABASE_URL_TEST'];
  if (url !== undefined && url !== '') {
    const made: string[] = [];
    const create = databaseMaker(url, made);
    const stop = async (): Promise<void> => {
      for (const name of made) await query(url, `drop database if exists ${name} with (force)`);
    };
    return { name: 'the PostgreSQL of DATABASE_URL_TEST', start: () => Promise.resolve({ createDatabase: create, stop }) };
  }
  const root = '/usr/lib/postgresql';
  const version = existsSync(root)
    ? readdirSync(root)
        .filter((name) => existsSync(join(root, name, 'bin', 'initdb')))
        .sort()
        .at(-1)
    : undefined;
  if (version === undefined)
    return { name: 'a real PostgreSQL', skipped: 'DATABASE_URL_TEST is not set, and none is installed under /usr/lib/postgresql' };
  return { name: `Debian's PostgreSQL ${version}`, start: () => startDebian(join(root, version, 'bin')) };
}

async function startDebian(binaries: string): Promise<StartedServer> {
  const folder = await createServerFolder();
  const account = process.getuid?.() === 0 ? (accountOf('postgres') ?? accountOf('nobody')) : undefined;
  const password = randomBytes(12).toString('hex');
  await writeFile(join(folder, 'password'), password);
  if (account) for (const path of [folder, join(folder, 'password')]) await chown(path, account.uid, account.gid);
  const data = join(folder, 'data');
  const options = { env: { LC_ALL: 'C' }, cwd: folder, ...account };
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'tester', '--pwfile', join(folder, 'password'), '--auth', 'scram-sha-256', '--no-sync', '-E', 'UTF8', '--locale=C'],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr.toString()}`);
  const port = await findPort(undefined);
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off', '-c', 'max_connections=50'];
  const program = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...settings], { ...options, stdio: 'ignore' });
  const url = `postgres://tester:${password}@127.0.0.1:${port}/postgres`;
  await untilItAnswers(url, program);
  return {
    createDatabase: databaseMaker(url),
    stop: async () => {
      program.kill('SIGINT');
      if (program.exitCode === null) await once(program, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

function accountOf(name: string): { uid: number; gid: number } | undefined {
  const id = (flag: string): number => Number(spawnSync('id', [flag, name]).stdout.toString());
  return spawnSync('id', [name]).status === 0 ? { uid: id('-u'), gid: id('-g') } : undefined;
}

async function untilItAnswers(url: string, program: ChildProcess): Promise<void> {
  for (let look = 0; ; look += 1) {
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      if (look > 500 || program.exitCode !== null) throw error;
    }
    await wait(20);
  }
}

function databaseMaker(url: string, made: string[] = []): TestServer['createDatabase'] {
  return async (owner) => {
    const name = `test_${randomBytes(6).toString('hex')}`;
    const address = new URL(url);
    address.pathname = name;
    if (owner !== undefined) {
      await query(url, `create role ${name} login ${owner === 'plain' ? 'createrole' : ''} password '${name}'`);
      address.username = name;
      address.password = name;
    }
    await query(url, `create database ${name}${owner === undefined ? '' : ` owner ${name}`}`);
    made.push(name);
    return address.href;
  };
}

/** One statement on a connection of its own, as whoever the address names. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}
