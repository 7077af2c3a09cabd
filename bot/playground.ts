import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../shared/ports.ts';
import { playgroundConfig } from './playground-people.ts';

/** It is up in one to two seconds; on a busy machine in ten. */
const START_MILLISECONDS = 30_000;
const ASK_EVERY_MILLISECONDS = 100;
/** Enough for it to close its sockets. */
const STOP_MILLISECONDS = 2_000;

export interface Playground {
  url: string;
  stop: () => Promise<void>;
}

export interface PlaygroundSettings {
  /** Origin of the bot, such as http://127.0.0.1:3978. */
  botUrl: string;
  port: number;
  log: Log;
}

/**
 * Starts Microsoft 365 Agents Playground, a Teams client that works without a network, on 127.0.0.1 only, as a child that
 * ends with this process. Resolves when its page answers; throws where the port is taken or it does not come up.
 */
export async function startPlayground({ botUrl, port, log }: PlaygroundSettings): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-playground-'));
  const configPath = join(folder, 'playground.yml');
  await writeFile(configPath, JSON.stringify(playgroundConfig));
  const child = spawnPlayground({ botUrl, port, configPath, folder });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const late = await Promise.race([ended.then(() => false), wait(STOP_MILLISECONDS, true, { ref: false })]);
      if (late) child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await firstAnswer(child, port);
    log.info({ port }, 'the Playground is up');
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnPlayground(place: { botUrl: string; port: number; configPath: string; folder: string }): ChildProcess {
  const cli = createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/cli.js');
  const preload = new URL('playground-loopback.mjs', import.meta.url).href;
  const serviceUrl = `http://127.0.0.1:${place.port}/_connector`;
  const options = [
    '-e',
    `${place.botUrl}/api/messages`,
    '-c',
    'msteams',
    '-p',
    String(place.port),
    '--service-url',
    serviceUrl,
    '--disable-telemetry',
  ];
  return spawn(process.execPath, ['--import', preload, cli, 'start', ...options], {
    cwd: place.folder,
    // Nothing of our own environment: it may hold keys, and the Playground reads names such as AUTH_CLIENT_SECRET.
    env: {
      PATH: '',
      TEAMSAPPTESTER_BROWSER: 'none',
      M365_AGENTS_PLAYGROUND_CONFIG_PATH: place.configPath,
      M365_AGENTS_PLAYGROUND_LOGFILE: join(place.folder, 'playground.log'),
    },
    // The channel is how it learns that we are gone, however we went.
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
}

/** Its address once its page answers. It says which port it took: when ours is in use it silently takes another. */
async function firstAnswer(child: ChildProcess, port: number): Promise<string> {
  const url = `http://localhost:${port}`;
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const until = Date.now() + START_MILLISECONDS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error('The Playground stopped as it started. Start with PLAYGROUND=off to go on without it.');
    const taken = /Listening on (\d+)/u.exec(said)?.[1];
    if (taken !== undefined && Number(taken) !== port) {
      throw new Error(
        `Port ${port} is in use, so the Playground could not start there. Set PLAYGROUND_PORT to a free port, or PLAYGROUND=off.`,
      );
    }
    if (taken !== undefined && (await answers(`http://127.0.0.1:${port}/`))) return url;
    await wait(ASK_EVERY_MILLISECONDS);
  }
  throw new Error('The Playground did not come up in time. Start with PLAYGROUND=off to go on without it.');
}

async function answers(url: string): Promise<boolean> {
  try {
    // Loopback only: our own child's page.
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
