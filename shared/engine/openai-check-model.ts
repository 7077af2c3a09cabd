import { OpenAIError } from 'openai';
import { HumphreyError } from '../errors.ts';
import type { Clock, Log } from '../ports.ts';
import { loadTokenizer } from './count-tokens.ts';
import { findModel } from './model-table.ts';
import { openConnection, type EngineConnection } from './openai-connection.ts';

/** A notice of three months: as long as a department needs to try another model and approve it. */
const WARNING_DAYS = 90;
/** Start-up waits for nobody: the answer is only worth a warning. */
const ANSWER_MILLISECONDS = 10_000;
const DAY_MILLISECONDS = 86_400_000;

export interface CheckModelOptions {
  connection: EngineConnection;
  model: string;
  baseModel?: string;
  clock: Clock;
  log: Log;
}

/**
 * For start-up: asks the server whether the model is about to be shut down, logs a warning if so and returns it. A
 * server that can't be asked gives a quiet line in the log, never an error. Also loads the tokeniser, before anybody waits.
 */
export async function checkModel(options: CheckModelOptions): Promise<{ warning?: string }> {
  await loadTokenizer();
  const shutdown = (await askShutdown(options)) ?? tableShutdown(options);
  if (!shutdown) return {};
  const days = Math.ceil((Date.parse(shutdown) - options.clock.now().getTime()) / DAY_MILLISECONDS);
  if (Number.isNaN(days) || days > WARNING_DAYS) return {};
  const when = days < 0 ? 'was shut down' : 'will be shut down';
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(shutdown));
  const warning = `The model ${options.model} ${when} on ${date}. Choose another one with OPENAI_MODEL.`;
  options.log.warn({ model: options.model, shutdown: shutdown.slice(0, 10), days }, warning);
  return { warning };
}

/** The dates of the table are OpenAI's own; Azure and other servers keep others, and only they know them. */
function tableShutdown({ connection, model, baseModel }: CheckModelOptions): string | undefined {
  return connection.kind === 'openai' ? findModel(baseModel ?? model, false).shutdown : undefined;
}

async function askShutdown({ connection, model, log }: CheckModelOptions): Promise<string | undefined> {
  try {
    const { client, authorise } = openConnection(connection);
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
    const ask = async (): Promise<unknown> => client.models.retrieve(model, { headers: await authorise(), signal });
    return readShutdown(await Promise.race([ask(), rejectAtEnd(signal)]));
  } catch (error) {
    const known = error instanceof OpenAIError || error instanceof HumphreyError;
    log.info(
      { model, failure: known ? error.constructor.name : 'no answer' },
      'the server was not able to say whether the model is being shut down',
    );
    return undefined;
  }
}

/** An identity that never gets its token heeds no signal. */
function rejectAtEnd(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new OpenAIError('no answer in time'));
    });
  });
}

function readShutdown(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('shutdown_date' in answer)) return undefined;
  const date = answer.shutdown_date;
  return typeof date === 'string' && !Number.isNaN(Date.parse(date)) ? date : undefined;
}
