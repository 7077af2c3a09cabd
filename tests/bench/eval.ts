import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../../bot/config.ts';
import type { TaskRequest, ThreadSource } from '../../shared/contract/task-request.ts';
import type { Statement, TaskResult } from '../../shared/contract/task-result.ts';
import { createOfflineEngine } from '../../shared/engine/offline.ts';
import { createOpenAIEngine } from '../../shared/engine/openai.ts';
import type { Engine, Log, Ports } from '../../shared/ports.ts';
import { createSourceReader, startReaderPool } from '../../shared/sources/source-reader.ts';
import { createMemoryFiles, createMemoryResults } from '../../shared/store/memory-store.ts';
import { handleTask } from '../../shared/tasks/handle-task.ts';
import { readMeetings, type Meeting } from './qmsum-meetings.ts';
import { firstWords, rouge1 } from './rouge.ts';

/**
 * `npm run eval`: the configured engine through the whole core, on meetings with human summaries and marked answers.
 * What it prints is measured on these meetings, with this model, today; it says nothing of other material.
 */
const { values } = parseArgs({ options: { meetings: { type: 'string', default: '5' }, questions: { type: 'string', default: '4' } } });
const limits = { meetings: Number(values.meetings), questions: Number(values.questions) };
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => new Date() };
const asker = { tenantId: 'eval', objectId: 'eval' };

interface Figures {
  summaries: { rouge: number; lead: number }[];
  statements: number;
  verified: number;
  repaired: number;
  failed: string[];
  picked: number;
  inSpan: number;
  notFound: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
}

function configuredEngine(): Engine {
  // Nobody signs in here: the model's own settings are all that is needed.
  const { engine } = readConfig({ ...process.env, HUMPHREY_OFFLINE: 'on', HOST: '127.0.0.1' });
  if (engine.name === 'offline') return createOfflineEngine();
  return createOpenAIEngine({ ...engine, clock, log: silent });
}

async function run(request: TaskRequest, ports: Ports): Promise<TaskResult | string> {
  for await (const event of handleTask(request, asker, ports, new AbortController().signal)) {
    if (event.type === 'result') return event.result;
    if (event.type === 'error') return event.error.code;
  }
  return 'no answer';
}

function statementsOf({ output }: TaskResult): Statement[] {
  if (output.kind === 'summary') return [output.headline, ...output.points, ...output.actions];
  return output.kind === 'answer' ? output.answer : [];
}

function count(result: TaskResult, figures: Figures): Statement[] {
  const statements = statementsOf(result);
  figures.statements += statements.length;
  figures.verified += statements.filter(({ support }) => support === 'verified').length;
  figures.repaired += result.notices.some(({ code }) => code === 'model-repaired') ? 1 : 0;
  figures.inputTokens += result.usage.inputTokens;
  figures.outputTokens += result.usage.outputTokens;
  figures.cost += result.usage.cost?.amount ?? 0;
  return statements;
}

async function measureMeeting(meeting: Meeting, ports: Ports, figures: Figures): Promise<void> {
  const messages = meeting.passages.map(({ text, locator }) => ({
    author: locator.author ?? 'Speaker',
    sent: '2026-01-05T10:00:00Z',
    text,
  }));
  const thread: ThreadSource = { kind: 'thread', title: 'Meeting', messages };
  const budget = meeting.summary.trim().split(/\s+/u).length;
  const summary = await run({ task: 'summarise', sources: [thread], options: { length: 'detailed' } }, ports);
  if (typeof summary === 'string') figures.failed.push(`summarise: ${summary}`);
  else {
    const said = count(summary, figures)
      .map(({ text }) => text)
      .join(' ');
    const lead = firstWords(messages.map(({ text }) => text).join(' '), budget);
    figures.summaries.push({ rouge: 100 * rouge1(firstWords(said, budget), meeting.summary), lead: 100 * rouge1(lead, meeting.summary) });
  }
  for (const { question, turns } of meeting.questions.slice(0, limits.questions)) {
    const answer = await run({ task: 'answer', instruction: question, sources: [thread] }, ports);
    if (typeof answer === 'string') figures.failed.push(`answer: ${answer}`);
    else measureAnswer(answer, turnsSaid(meeting, turns), figures);
  }
}

/** The marked turns by their number among the messages sent: turns without words are not sent. */
function turnsSaid({ passages }: Meeting, turns: ReadonlySet<number>): Set<number> {
  return new Set(passages.flatMap(({ locator }, at) => (turns.has(locator.message ?? 0) ? [at + 1] : [])));
}

function measureAnswer(result: TaskResult, turns: ReadonlySet<number>, figures: Figures): void {
  const used = new Set(count(result, figures).flatMap(({ citations }) => citations));
  const cited = result.citations.filter(({ id }) => used.has(id));
  figures.picked += cited.length;
  figures.inSpan += cited.filter(({ locator }) => turns.has(locator.message ?? 0)).length;
  if (result.output.kind === 'answer' && !result.output.found) figures.notFound += 1;
}

async function main(corpus: string): Promise<void> {
  const engine = configuredEngine();
  const pool = startReaderPool(1);
  const ports: Ports = {
    engine,
    reader: createSourceReader(pool),
    results: createMemoryResults(clock),
    files: createMemoryFiles(clock, randomUUID),
    clock,
    log: silent,
    newId: randomUUID,
  };
  const figures: Figures = {
    summaries: [],
    statements: 0,
    verified: 0,
    repaired: 0,
    failed: [],
    picked: 0,
    inSpan: 0,
    notFound: 0,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
  };
  try {
    for (const part of ['committee', 'product'] as const) {
      for (const meeting of (await readMeetings(corpus, part)).slice(0, limits.meetings)) await measureMeeting(meeting, ports, figures);
    }
  } finally {
    await pool.close();
  }
  const mean = (pick: (summary: { rouge: number; lead: number }) => number): string =>
    (figures.summaries.reduce((sum, one) => sum + pick(one), 0) / Math.max(1, figures.summaries.length)).toFixed(1);
  console.log(`Engine: ${engine.name}, ${engine.model}`);
  console.log(
    `Summaries (${figures.summaries.length}): stemmed ROUGE-1 F at the human summary's length ${mean(({ rouge }) => rouge)}, first words of the meeting ${mean(({ lead }) => lead)}`,
  );
  console.log(
    `Statements (${figures.statements}): ${figures.verified} verified against their quotes; ${figures.repaired} answers were repaired once`,
  );
  console.log(
    `Questions: ${figures.inSpan} of ${figures.picked} citations stand where people marked the answer; ${figures.notFound} not found`,
  );
  console.log(`Failed: ${figures.failed.length}${figures.failed.length > 0 ? ` (${[...new Set(figures.failed)].join(', ')})` : ''}`);
  console.log(`Tokens: ${figures.inputTokens} in, ${figures.outputTokens} out; cost ${figures.cost.toFixed(2)} USD by the model table`);
}

const corpus = process.env['HUMPHREY_CORPUS'];
if (corpus === undefined)
  console.log('Set HUMPHREY_CORPUS to the folder that holds meetings/ with the QMSum parts, and a model (OPENAI_API_KEY and its kin).');
else {
  await main(corpus).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
