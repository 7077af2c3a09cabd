import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '../../shared/store/database.ts';
import { startEmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';
import type { CallerOrder } from './quota-caller.ts';
import { startQuotaEndpoint } from './quota-endpoint.ts';

/**
 * Prints what the shared quota makes of a rate of 3 million tokens and 1,200 requests a minute: how much is used, how much is
 * refused, and how long a person's call waits beside bulk work that takes all it gets. `node tests/bench/quota.ts [seconds]`
 */
const SECONDS = Number(process.argv[2] ?? 30);
const limits = { tokensPerMinute: 3_000_000, requestsPerMinute: 1_200 };
const WARM_UP_MILLISECONDS = 5_000;

interface Run {
  name: string;
  /** Processes that do bulk work, and calls a second of people in one more. */
  bulk: number;
  people: number;
  promptTokens: number;
  /** What the processes believe at first. */
  believed?: typeof limits;
}

const runs: Run[] = [
  { name: 'bulk, 1 process, 3,000 tokens', bulk: 1, people: 0, promptTokens: 2_600 },
  { name: 'bulk, 3 processes, 3,000 tokens', bulk: 3, people: 0, promptTokens: 2_600 },
  { name: 'bulk, 3 processes, 1,000 tokens', bulk: 3, people: 0, promptTokens: 600 },
  {
    name: 'bulk, 1 process, limits believed 3 times too low',
    bulk: 1,
    people: 0,
    promptTokens: 2_600,
    believed: { tokensPerMinute: 1_000_000, requestsPerMinute: 400 },
  },
  {
    name: 'bulk, 3 processes, limits believed 1.5 times too high',
    bulk: 3,
    people: 0,
    promptTokens: 2_600,
    believed: { tokensPerMinute: 4_500_000, requestsPerMinute: 1_800 },
  },
  { name: 'bulk, 2 processes, and 1 person a second', bulk: 2, people: 1, promptTokens: 2_600 },
  { name: 'bulk, 2 processes, and 5 people a second', bulk: 2, people: 5, promptTokens: 2_600 },
];

const folder = await mkdtemp(join(tmpdir(), 'humphrey-bench-'));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const server = await startEmbeddedPostgres({ folder, log: silent });
const database = openDatabase({ url: server.url, log: silent });
const children = new Set<ChildProcess>();
try {
  await database.migrate();
  console.log('run | tokens used | requests used | refused | people: calls, wait p50, p95, longest (ms)');
  for (const run of runs) {
    await database.kysely
      .updateTable('model_quota')
      .set({ learned: false, tokens_until: 0, requests_until: 0, blocked_until: 0 })
      .execute();
    console.log(await measure(run));
  }
} finally {
  for (const child of children) child.kill();
  await database.close();
  await server.stop();
  await rm(folder, { recursive: true });
}

async function measure(run: Run): Promise<string> {
  const endpoint = await startQuotaEndpoint(limits);
  const waits: number[] = [];
  const started = Array.from({ length: run.bulk + (run.people > 0 ? 1 : 0) }, (_, index) => {
    const child = fork(new URL('./quota-caller.ts', import.meta.url));
    children.add(child);
    const kind = index < run.bulk ? 'bulk' : 'person';
    const order: CallerOrder = {
      databaseUrl: server.url,
      endpoint: endpoint.url,
      limits: run.believed ?? limits,
      kind,
      promptTokens: run.promptTokens,
      maxOutputTokens: 400,
      calls: kind === 'bulk' ? Math.ceil(120 / run.bulk) : run.people,
    };
    child.send(order);
    child.on('message', (message) => waits.push((message as { waited: number }).waited));
    return child;
  });
  await wait(WARM_UP_MILLISECONDS);
  endpoint.reset();
  waits.length = 0;
  await wait(SECONDS * 1000);
  const { answered, refused, tokensUsed, requestsUsed } = endpoint.count();
  for (const child of started) child.kill();
  endpoint.close();
  waits.sort((one, other) => one - other);
  const at = (share: number): string => (waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0).toFixed(0);
  const people = run.people > 0 ? `${waits.length}, ${at(0.5)}, ${at(0.95)}, ${at(1)}` : '-';
  return `${run.name} | ${percent(tokensUsed)} | ${percent(requestsUsed)} | ${percent(refused / (answered + refused))} | ${people}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
