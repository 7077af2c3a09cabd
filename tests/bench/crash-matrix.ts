import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';
import { openDatabase } from '../../shared/store/database.ts';
import { crashSteps } from './crash-host.ts';
import { query, startTrial, type CrashChild, type CrashTrial, type TrialFigures } from './crash-trial.ts';

const PROCESSES = 3;
const KILLS = 30;
/** Between two kills, at random: long enough for a new process to be there. */
const KILL_MILLISECONDS = 2_000;
/** So many that none has twenty waiting when its process dies twice in a row: those would be refused, rightly. */
const CONVERSATIONS = 150;
/** One ask this often: with a model of a second and more about 15 calls are always in flight. */
const ASK_MILLISECONDS = 80;
const MODEL_MILLISECONDS = 1_200;
/** A reply in this many of the connector's is lost after it took the message. */
const LOST_REPLY_EVERY = 37;
/** The last killed process's work is begun again after a lease of 20 seconds; conversations may have several asks waiting. */
const END_MILLISECONDS = 180_000;

export interface MatrixFigures extends TrialFigures {
  kills: number;
  seconds: number;
  /** From the last ask to the end of the last answer. */
  tailSeconds: number;
}

const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The trial at random moments under load: three processes with the real leases, thirty of them killed. */
export async function benchCrashMatrix(databaseUrl: string, kills = KILLS): Promise<MatrixFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-crash-'));
  const trial = await startTrial({ databaseUrl, keyFile: join(folder, 'keys'), times: {}, modelMilliseconds: MODEL_MILLISECONDS });
  trial.loseReplies(LOST_REPLY_EVERY);
  const begun = performance.now();
  try {
    const children = await Promise.all(Array.from({ length: PROCESSES }, () => startWorking(trial)));
    let killing = true;
    const killer = killAtRandom(trial, children, kills).finally(() => {
      killing = false;
    });
    const asks: string[] = [];
    const sending: Promise<void>[] = [];
    while (isTrue(() => killing)) {
      const ask = `ask-${asks.length}`;
      asks.push(ask);
      const conversation = `a:chat-${Math.floor(Math.random() * CONVERSATIONS)}`;
      const somebody = (): CrashChild | undefined => pick(children.filter((child) => child.alive()));
      sending.push(trial.send(ask, conversation, somebody));
      // Teams sends some again although it had its 200.
      if (asks.length % 10 === 0) sending.push(trial.send(ask, conversation, somebody));
      await wait(ASK_MILLISECONDS);
    }
    await killer;
    const last = performance.now();
    await Promise.all(sending);
    await trial.ended(asks.length, END_MILLISECONDS);
    const figures = await trial.figures(asks);
    const now = performance.now();
    return { ...figures, kills, seconds: (now - begun) / 1000, tailSeconds: (now - last) / 1000 };
  } finally {
    await trial.stop();
    await rm(folder, { recursive: true });
  }
}

async function startWorking(trial: CrashTrial, settings: Parameters<CrashTrial['startChild']>[0] = {}): Promise<CrashChild> {
  const child = await trial.startChild(settings);
  await child.order('work');
  return child;
}

/** Kills one of the processes, at random, and puts a new one in its place. */
async function killAtRandom(trial: CrashTrial, children: CrashChild[], kills: number): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    await wait(KILL_MILLISECONDS * (0.25 + Math.random() * 1.5));
    const index = Math.floor(Math.random() * children.length);
    await children[index]?.kill();
    children[index] = await startWorking(trial);
  }
}

function pick<Item>(items: Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

/** A function, or the compiler takes the flag for what it was before the wait. */
function isTrue(ask: () => boolean): boolean {
  return ask();
}

/** True where every bar is met: what was accepted has ended, one visible answer each, orphans counted, nothing paid twice but by a death. */
export function holds(figures: MatrixFigures): boolean {
  return (
    figures.accepted === figures.asks &&
    figures.unfinished === 0 &&
    figures.answered === figures.asks &&
    figures.unanswered.length === 0 &&
    figures.answeredTwice.length === 0 &&
    figures.placeholdersLeft <= figures.orphansCounted &&
    figures.paidTwiceWithoutDeath === 0
  );
}

if (process.argv[1] === import.meta.filename) {
  const url = process.env['DATABASE_URL'];
  const kills = Number(process.argv[2] ?? KILLS);
  console.log(
    `${PROCESSES} processes, ${kills} killed at random moments (the ${crashSteps.length} steps, one by one: tests/flows/teams-durable-crash.test.ts)`,
  );
  const embedded = await takeTestDatabase();
  show('embedded', await benchCrashMatrix(embedded, kills));
  await leaveTestDatabase(embedded);
  if (url === undefined) console.log('real server: skipped, set DATABASE_URL to one whose user may create databases');
  else {
    const own = await createDatabase(url);
    show('real server', await benchCrashMatrix(own, kills));
    await query(url, `drop database ${new URL(own).pathname.slice(1)} with (force)`);
  }
}

async function createDatabase(url: string): Promise<string> {
  const address = new URL(url);
  address.pathname = `/crash_${process.pid}`;
  await query(url, `create database ${address.pathname.slice(1)}`);
  const database = openDatabase({ url: address.href, log: silentLog });
  await database.migrate();
  await database.close();
  return address.href;
}

function show(server: string, figures: MatrixFigures): void {
  console.log(`\n${server}: ${holds(figures) ? 'holds' : 'DOES NOT HOLD'}`);
  console.table({
    'activities accepted, asked': `${figures.accepted}, ${figures.asks}`,
    'not ended': figures.unfinished,
    'how they ended': figures.ends,
    'without a visible answer': figures.unanswered.length,
    'with more than one': figures.answeredTwice.length,
    'placeholders left, counted as orphans': `${figures.placeholdersLeft}, ${figures.orphansCounted}`,
    'model calls': figures.calls,
    'paid again after a death': figures.paidTwice,
    'paid again without one': figures.paidTwiceWithoutDeath,
    'seconds, of these after the last kill': `${figures.seconds.toFixed(0)}, ${figures.tailSeconds.toFixed(0)}`,
  });
}
