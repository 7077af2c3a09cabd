import { fork, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { FakeConnector } from '../fakes/fake-connector.ts';
import { startFakeConnector } from '../fakes/fake-connector.ts';
import { personalMessage } from '../teams/activities.ts';
import type { CrashHostOrder, CrashHostSettings } from './crash-host.ts';

/** What stands in the conversations as people see them: the last form of each message. */
interface Shown {
  conversation: string;
  text: string;
}

interface ModelCall {
  ask: string;
  by: number;
}

/** What became of a trial's asks. */
export interface TrialFigures {
  asks: number;
  accepted: number;
  unfinished: number;
  answered: number;
  /** Every end with its reason, counted. */
  ends: string;
  /** Asks without an answer, and with more than one: by name. */
  unanswered: string[];
  answeredTwice: string[];
  /** Messages that are still placeholders, and how many the outbox counts. */
  placeholdersLeft: number;
  orphansCounted: number;
  calls: number;
  /** Calls that were paid again: each must have been lost with its process. */
  paidTwice: number;
  paidTwiceWithoutDeath: number;
}

export interface CrashChild {
  process: ChildProcess;
  pid: number;
  port: number;
  alive: () => boolean;
  kill: () => Promise<void>;
  order: (order: CrashHostOrder) => Promise<void>;
}

export interface CrashTrial {
  startChild: (settings?: Partial<CrashHostSettings>) => Promise<CrashChild>;
  /** Sends an ask as Teams does: again and again, to whichever process is there, until one says 200. */
  send: (ask: string, conversation: string, to: () => CrashChild | undefined) => Promise<void>;
  /** Sends it once, and says what came of it; undefined where the process died over it. */
  sendOnce: (ask: string, conversation: string, child: CrashChild) => Promise<number | undefined>;
  /** How many of its activities have not ended. */
  unfinished: () => Promise<number>;
  ended: (asks: number, milliseconds: number) => Promise<boolean>;
  figures: (asks: string[]) => Promise<TrialFigures>;
  connector: FakeConnector;
  /** Every so many-th POST is taken and its reply lost; 0 for none. */
  loseReplies: (every: number) => void;
  logged: string[];
  stop: () => Promise<void>;
}

export interface TrialOptions {
  databaseUrl: string;
  keyFile: string;
  times: CrashHostSettings['times'];
  modelMilliseconds: number;
}

/** Children that die, and beside them a connector and a model that see everything. */
export async function startTrial(options: TrialOptions): Promise<CrashTrial> {
  const shown = new Map<string, Shown>();
  const calls: ModelCall[] = [];
  const killed = new Set<number>();
  const logged: string[] = [];
  const children = new Set<CrashChild>();
  const connector = await startFakeConnector();
  let loseEvery = 0;
  let posts = 0;
  connector.answerWith((call) => {
    if (call.body.type !== 'message') return undefined;
    const text = JSON.stringify(call.body);
    if (call.method === 'PUT' && call.activity !== undefined) {
      shown.set(call.activity, { conversation: call.conversation, text });
      return undefined;
    }
    posts += 1;
    const id = `shown-${posts}`;
    shown.set(id, { conversation: call.conversation, text });
    return loseEvery > 0 && posts % loseEvery === 0 ? 'reset' : { status: 201, body: { id } };
  });
  const model = await startModel(calls, options.modelMilliseconds);

  const startChild: CrashTrial['startChild'] = async (settings = {}) => {
    const all: CrashHostSettings = { ...options, modelUrl: model.url, ...settings };
    const program = fork(join(import.meta.dirname, 'crash-host.ts'), [JSON.stringify(all)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const exited = new Promise<void>((resolve) => {
      program.once('exit', () => {
        resolve();
      });
    });
    program.on('message', (said: { log?: string }) => {
      if (said.log !== undefined) logged.push(said.log);
    });
    const port = await hear<{ port: number }>(program, 'port');
    const pid = program.pid ?? 0;
    program.once('exit', (_code, signal) => {
      if (signal === 'SIGKILL') killed.add(pid);
    });
    const child: CrashChild = {
      process: program,
      pid,
      port: port.port,
      alive: () => program.exitCode === null && program.signalCode === null,
      kill: async () => {
        program.kill('SIGKILL');
        await exited;
      },
      order: async (order) => {
        const done = hear(program, 'did');
        program.send(order);
        await done;
      },
    };
    children.add(child);
    return child;
  };
  const sendOnce: CrashTrial['sendOnce'] = async (ask, conversation, child) => {
    const activity = {
      ...personalMessage({ serviceUrl: connector.url, id: ask, text: ask, conversation }),
      timestamp: new Date().toISOString(),
    };
    try {
      const answered = await fetch(`http://127.0.0.1:${child.port}/`, { method: 'POST', body: JSON.stringify(activity) });
      await answered.text();
      return answered.status;
    } catch {
      // The process died over it: Teams would see the same.
      return undefined;
    }
  };
  const unfinished = async (): Promise<number> =>
    Number(
      (await query(options.databaseUrl, `select count(*) from humphrey.activity where state in ('waiting', 'running')`))[0]?.['count'],
    );

  return {
    startChild,
    sendOnce,
    send: async (ask, conversation, to) => {
      for (;;) {
        const child = to();
        if (child && (await sendOnce(ask, conversation, child)) === 200) return;
        await wait(100);
      }
    },
    unfinished,
    ended: async (asks, milliseconds) => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end) {
        const rows = await query(options.databaseUrl, `select count(*) from humphrey.activity where finished_at is not null`);
        if (Number(rows[0]?.['count']) >= asks && (await unfinished()) === 0) return true;
        await wait(50);
      }
      return false;
    },
    figures: (asks) => countFigures({ options, asks, shown, calls, killed, unfinished }),
    connector,
    loseReplies: (every) => {
      loseEvery = every;
    },
    logged,
    stop: async () => {
      await Promise.all([...children].filter((child) => child.alive()).map((child) => child.kill()));
      await connector.stop();
      await model.stop();
    },
  };
}

interface Seen {
  options: TrialOptions;
  asks: string[];
  shown: Map<string, Shown>;
  calls: ModelCall[];
  killed: Set<number>;
  unfinished: () => Promise<number>;
}

async function countFigures({ options, asks, shown, calls, killed, unfinished }: Seen): Promise<TrialFigures> {
  const states = await query(
    options.databaseUrl,
    `select state, coalesce(code, '') as code, count(*) as count from humphrey.activity group by state, code order by state, code`,
  );
  const orphans = await query(options.databaseUrl, `select coalesce(sum(orphans), 0) as sum from humphrey.outbox`);
  const messages = [...shown.values()];
  const answersTo = (ask: string): number => messages.filter(({ text }) => text.includes(`Answer to ${ask}.`)).length;
  const callsFor = (ask: string): ModelCall[] => calls.filter((call) => call.ask === ask);
  const again = asks.flatMap((ask) => callsFor(ask).slice(0, -1));
  return {
    asks: asks.length,
    accepted: states.reduce((sum, { count }) => sum + Number(count), 0),
    unfinished: await unfinished(),
    answered: Number(states.find(({ state }) => state === 'answered')?.['count'] ?? 0),
    ends: states.map(({ state, code, count }) => `${String(count)} ${String(state)} ${String(code)}`.trim()).join(', '),
    unanswered: asks.filter((ask) => answersTo(ask) === 0),
    answeredTwice: asks.filter((ask) => answersTo(ask) > 1),
    placeholdersLeft: messages.filter(({ text }) => /Working on it…|Your answer is ready…/u.test(text)).length,
    orphansCounted: Number(orphans[0]?.['sum']),
    calls: calls.length,
    paidTwice: again.length,
    paidTwiceWithoutDeath: again.filter(({ by }) => !killed.has(by)).length,
  };
}

function hear<Said extends object>(program: ChildProcess, field: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const listen = (said: Said): void => {
      if (!(field in said)) return;
      program.off('message', listen);
      program.off('exit', died);
      resolve(said);
    };
    const died = (): void => {
      reject(new Error('The child ended before it said so.'));
    };
    program.on('message', listen);
    program.once('exit', died);
  });
}

/** A model that takes its time, and remembers who called for what. */
async function startModel(calls: ModelCall[], milliseconds: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ModelCall;
      calls.push(call);
      setTimeout(() => response.end(JSON.stringify({ text: `Answer to ${call.ask}.` })), milliseconds);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** One statement on a connection of its own; the trials' own files must not need the test runner. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}
