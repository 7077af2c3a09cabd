import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { explainFailure } from './explain-failure.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { dataFolderOf, type ServerPlace } from './server-folder.ts';

/** Recovery after a crash replays at most MAX_WAL of changes: seconds; a slow disk gets minutes. */
const START_MILLISECONDS = 180_000;
/** An open transaction is cut at once; what takes longer is the writing of the last pages. */
const STOP_SECONDS = 10;
/** The server logs next to nothing; a log above this is put aside at the next start. */
const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** The program says by a file that it is ready; a look costs microseconds. */
const LOOK_MILLISECONDS = 5;

/** What the server runs with, each for a reason; the rest are PostgreSQL's own defaults, fsync above all. */
const serverSettings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // Everything goes over loopback with a password; a socket file would have to live where both users can reach it.
  unix_socket_directories: '',
  // Twelve a process of ours, six of its job queue, one that listens: room for five processes.
  max_connections: '100',
  // Idle, a server of a few departments' teams fits in 80 MB; large tables are cached by the operating system.
  shared_buffers: '64MB',
  // Recovery after a crash replays at most this much.
  max_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // What stands in a statement or a failing row is content, and content never reaches a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
};

/** Of PostgreSQL 18: the same order and case rules on every machine, whatever its locales. */
const initdbArguments = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--auth=scram-sha-256',
  '--no-instructions',
];

/** The role that owns everything, and the name of the database. */
export const OWNER_ROLE = 'humphrey';

/** Makes the data folder, whole or not at all: a start that was cut off begins again. */
export async function createData(place: ServerPlace): Promise<void> {
  const draft = `${dataFolderOf(place)}.new`;
  await rm(draft, { recursive: true, force: true });
  const program = run(place, place.binaries.initdb, [
    '-D',
    draft,
    `--username=${OWNER_ROLE}`,
    `--pwfile=${join(place.folder, 'password')}`,
    ...initdbArguments,
  ]);
  const words: Buffer[] = [];
  for (const stream of [program.stdout, program.stderr]) stream?.on('data', (chunk: Buffer) => words.push(chunk));
  const status = await exitOf(program, place);
  if (status !== 0) {
    await rm(draft, { recursive: true, force: true });
    throw explainFailure(Buffer.concat(words).toString('utf8'), { folder: place.folder, port: undefined });
  }
  await rename(draft, dataFolderOf(place));
}

/** Starts the server, apart from our process group so that Ctrl-C leaves it to us, and waits until it takes connections. */
export async function startServer(place: ServerPlace, port: number): Promise<number> {
  const logPath = join(place.folder, 'server.log');
  await putAsideLargeLog(logPath);
  const log = await open(logPath, 'a', 0o600);
  if (place.account) await log.chown(place.account.uid, place.account.gid);
  const { size } = await log.stat();
  const settings = Object.entries({ ...serverSettings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = run(place, place.binaries.postgres, ['-D', dataFolderOf(place), ...settings], log.fd);
  await log.close();
  const exited = exitOf(program, place).then(() => true);
  const end = performance.now() + START_MILLISECONDS;
  for (;;) {
    const ended = await Promise.race([exited, wait(LOOK_MILLISECONDS, false)]);
    const found = await readPostmasterFile(dataFolderOf(place));
    if (found?.ready === true && found.processId === program.pid) break;
    if (!ended && performance.now() < end) continue;
    program.kill();
    await exited;
    const words = (await readFile(logPath)).subarray(size).toString('utf8');
    throw explainFailure(words, { folder: place.folder, port });
  }
  // It must not keep our process alive, nor end with it: whoever stops the host asks for the end.
  program.unref();
  return program.pid ?? 0;
}

/** Ends the server: transactions are cut, pages written. One that does not end is stopped hard, which the next start recovers from. */
export async function stopServer(place: ServerPlace): Promise<void> {
  const stop = (mode: string): Promise<number | null> =>
    exitOf(run(place, place.binaries.pgCtl, ['stop', '-D', dataFolderOf(place), '-m', mode, '-w', '-t', String(STOP_SECONDS)]), place);
  // pg_ctl also fails where no server runs any more, and that is the end that we want.
  if ((await stop('fast')) !== 0 && (await readPostmasterFile(dataFolderOf(place)))) await stop('immediate');
}

function run(place: ServerPlace, program: string, programArguments: string[], output: number | 'pipe' = 'pipe'): ChildProcess {
  return spawn(program, programArguments, {
    // Not the host's environment: it holds keys.
    env: { LC_ALL: 'C' },
    // The host's own working folder may be closed to the server's user.
    cwd: place.folder,
    detached: true,
    stdio: ['ignore', output, output],
    windowsHide: true,
    ...place.account,
  });
}

async function exitOf(program: ChildProcess, place: ServerPlace): Promise<number | null> {
  program.stdout?.resume();
  try {
    const [status] = (await once(program, 'close')) as [number | null];
    return status;
  } catch (error) {
    const musl =
      'PostgreSQL cannot be started here: its programs need glibc (Debian, Ubuntu, Red Hat, not Alpine). Use such a system or image, or set DATABASE_URL to a PostgreSQL server.';
    const message = hasCode(error, 'ENOENT')
      ? musl
      : `The programs of PostgreSQL in ${place.binaries.postgres} cannot be started. Check that they may be executed there.`;
    throw new HumphreyError('store-unavailable', message, { cause: error });
  }
}

async function putAsideLargeLog(path: string): Promise<void> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.1`);
}
