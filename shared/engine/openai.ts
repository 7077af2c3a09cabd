import type { Clock, Engine, EngineAnswer, EngineCall, Log, LogFields } from '../ports.ts';
import { findModel, passageTokenLimitOf, type ModelPrices, type ModelRow } from './model-table.ts';
import { readOutput, type Answer } from './openai-answer.ts';
import { attemptCall } from './openai-attempt.ts';
import { openConnection, type EngineConnection, type OpenedConnection } from './openai-connection.ts';
import { readersOfAttempts, type ElementOptions } from './openai-elements.ts';
import { cancelledError } from './openai-faults.ts';
import { engineLimits, type EngineLimits } from './openai-limits.ts';
import { checkLength, renderRequest } from './openai-request.ts';
import { withRetries, type RetryOptions } from './openai-retry.ts';
import { readFailure } from './openai-status.ts';
import { systemTime, type EngineTime } from './openai-time.ts';
import { createUsageMeter } from './openai-usage.ts';
import { watchAttempts } from './openai-watched.ts';

export interface OpenAIEngineOptions {
  connection: EngineConnection;
  /** The model's name; on Azure the deployment's. */
  model: string;
  /** The model behind a deployment's own name, for its row in the model table. */
  baseModel?: string;
  /** Instead of the table's, where a department pays other prices. */
  prices?: ModelPrices;
  clock: Clock;
  log: Log;
  limits?: EngineLimits;
  time?: EngineTime;
  /** From 0 to 1. */
  random?: () => number;
}

/** What every call of one engine shares. */
interface Setting {
  connection: OpenedConnection;
  byIdentity: boolean;
  model: string;
  row: ModelRow;
  clock: Clock;
  log: Log;
  limits: EngineLimits;
  time: EngineTime;
  random: () => number;
}

/** The engine that asks a model over Chat Completions: one strict schema a call, no tools, nothing stored by the provider. */
export function createOpenAIEngine(options: OpenAIEngineOptions): Engine {
  const { connection, model, clock, log } = options;
  const row = findModel(options.baseModel ?? model, connection.kind === 'compatible');
  const opened = openConnection(connection);
  if (!opened.sealed) log.warn({ kind: connection.kind }, 'sources will go to the model unencrypted: its address begins with http://');
  const setting: Setting = {
    connection: opened,
    byIdentity: connection.kind === 'azure-identity',
    model,
    row: options.prices ? { ...row, prices: options.prices } : row,
    clock,
    log,
    limits: options.limits ?? engineLimits,
    time: options.time ?? systemTime,
    random: options.random ?? Math.random,
  };
  return {
    name: 'openai',
    model,
    passageTokenLimit: passageTokenLimitOf(row),
    watched: true,
    run: (call, signal) => runCall(call, setting, signal),
  };
}

async function runCall<Output>(call: EngineCall<Output>, setting: Setting, signal: AbortSignal): Promise<EngineAnswer<Output>> {
  if (signal.aborted) throw cancelledError();
  const { body, prompt } = renderRequest(call, setting.model, setting.row);
  await checkLength(prompt, call, setting.row);
  const meter = createUsageMeter(prompt, setting.row.prices);
  const readers = readersOfAttempts(elementOptionsOf(call, setting));
  const watched = await watchAttempts(call, { ...setting, ...reportsOf(call, setting), prompt, body }, signal);
  const attempt = (number: number, budgetMilliseconds: number): Promise<{ output: Output; model: string | undefined }> =>
    watched(number, budgetMilliseconds, async (hooks) => {
      const onEnd = (answer: Answer): void => {
        meter.add(answer);
        hooks.onEnd(answer);
      };
      const answer = await attemptCall({ ...setting, ...hooks, body, onText: readers(number), onEnd }, signal);
      return { output: readOutput(answer, call.schema), model: answer.model };
    });
  const started = setting.time.now();
  const { output, model } = await withRetries({ ...setting, attempt, ...reportsOf(call, setting) }, signal);
  const { usage, counted } = await meter.total();
  const { inputTokens, cachedInputTokens, outputTokens } = usage;
  const milliseconds = Math.round(setting.time.now() - started);
  setting.log.info(
    { ...namesOf(call), milliseconds, inputTokens, cachedInputTokens, outputTokens, tokensCountedHere: counted },
    'the model answered',
  );
  return { output, model: model ?? setting.model, usage };
}

function namesOf(call: EngineCall<unknown>): LogFields {
  return { task: call.task.name, stage: call.stage };
}

function elementOptionsOf(call: EngineCall<unknown>, { log }: Setting): ElementOptions {
  return {
    paths: call.onElement ? (call.elements ?? []) : [],
    onElement: (path, value) => call.onElement?.(path, value),
    onStop: () => {
      log.warn(namesOf(call), 'an element of the answer was not in the form asked for');
    },
  };
}

/** How a call's failures are read and told to the log: codes and numbers, never the server's words. */
function reportsOf(
  call: EngineCall<unknown>,
  { clock, byIdentity, log }: Setting,
): Pick<RetryOptions<unknown>, 'readFailure' | 'onFailure'> {
  return {
    readFailure: (thrown) => readFailure(thrown, { now: clock.now(), byIdentity }),
    onFailure: ({ details }, attempt, waitMilliseconds) => {
      const fields = Object.entries(details ?? {}).filter(isLoggable);
      log.warn(
        { ...Object.fromEntries(fields), ...namesOf(call), attempt, waitMilliseconds },
        waitMilliseconds === undefined ? 'the model did not answer' : 'the model is asked again',
      );
    },
  };
}

function isLoggable(entry: [string, unknown]): entry is [string, string | number] {
  return typeof entry[1] === 'string' || typeof entry[1] === 'number';
}
