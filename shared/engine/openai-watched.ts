import { APIError } from 'openai';
import { HumphreyError } from '../errors.ts';
import type { EngineCall, EngineUsage, WatchedAttempt } from '../ports.ts';
import { countTokens } from './count-tokens.ts';
import { costOf, type ModelRow } from './model-table.ts';
import type { Answer } from './openai-answer.ts';
import type { AttemptOptions, ChatBody } from './openai-attempt.ts';
import type { Failure } from './openai-status.ts';
import type { EngineTime } from './openai-time.ts';

/** A refusal that names no time: a little later. */
const UNNAMED_WAIT_MILLISECONDS = 1_000;

interface WatchSetting {
  prompt: string;
  body: ChatBody;
  row: ModelRow;
  time: EngineTime;
  readFailure: (thrown: unknown) => Failure | undefined;
}

type Hooks = Required<Pick<AttemptOptions, 'onEnd' | 'onHeaders' | 'budgetMilliseconds'>>;
type Attempt<Result> = (hooks: Hooks) => Promise<Result>;

/**
 * Tells a call's watch of each of its attempts. The first one waits for its turn here, before the call's own time begins: bulk
 * work may wait for long. Later ones wait inside it.
 */
export async function watchAttempts(
  call: EngineCall<unknown>,
  setting: WatchSetting,
  signal: AbortSignal,
): Promise<<Result>(number: number, budgetMilliseconds: number, work: Attempt<Result>) => Promise<Result>> {
  const { watch } = call;
  if (!watch)
    return (_number, budgetMilliseconds, work) => work({ budgetMilliseconds, onEnd: () => undefined, onHeaders: () => undefined });
  const promptTokens = await countTokens(setting.prompt);
  const maxOutputTokens = setting.body[setting.row.quirks.outputLimitParameter] ?? setting.row.outputLimit;
  const begin = (number: number): Promise<WatchedAttempt> => watch.begin({ number, promptTokens, maxOutputTokens }, signal);
  let first: WatchedAttempt | undefined = await begin(1);
  return async (number, budgetMilliseconds, work) => {
    const begun = setting.time.now();
    const watched = first ?? (await begin(number));
    first = undefined;
    return runWatched(watched, { setting, budgetMilliseconds: budgetMilliseconds - (setting.time.now() - begun) }, work);
  };
}

async function runWatched<Result>(
  watched: WatchedAttempt,
  { setting, budgetMilliseconds }: { setting: WatchSetting; budgetMilliseconds: number },
  work: Attempt<Result>,
): Promise<Result> {
  let answer: Answer | undefined;
  const usage = (): { usage?: EngineUsage } => (answer?.tokens ? { usage: usageOf(answer, setting.row) } : {});
  const hooks: Hooks = {
    budgetMilliseconds,
    onHeaders: (headers) => {
      watched.headers(headers);
    },
    onEnd: (ended) => {
      answer = ended;
    },
  };
  try {
    const result = await work(hooks);
    await watched.end({ quota: quotaOf(answer), outcome: 'answered', ...usage() });
    return result;
  } catch (error) {
    if (error instanceof APIError && error.headers instanceof Headers) watched.headers(error.headers);
    const failure = setting.readFailure(error);
    const reason = failure?.error.details?.['reason'];
    const outcome =
      typeof reason === 'string' ? reason : (failure?.error.code ?? (error instanceof HumphreyError ? error.code : 'internal-error'));
    await watched.end({ quota: refusalOf(outcome, failure) ?? quotaOf(answer), outcome, ...usage() });
    throw error;
  }
}

function quotaOf(answer: Answer | undefined): { kind: 'answered'; promptTokens?: number } {
  return { kind: 'answered', ...(answer?.tokens ? { promptTokens: answer.tokens.input } : {}) };
}

function refusalOf(
  outcome: string,
  failure: Failure | undefined,
): { kind: 'refused'; retryAfterMilliseconds: number } | { kind: 'unsent' } | undefined {
  if (outcome === 'rate-limited')
    return { kind: 'refused', retryAfterMilliseconds: failure?.retryAfterMilliseconds ?? UNNAMED_WAIT_MILLISECONDS };
  return outcome === 'unreachable' ? { kind: 'unsent' } : undefined;
}

function usageOf({ tokens }: Answer, row: ModelRow): EngineUsage {
  const counted = tokens ?? { input: 0, cachedInput: 0, cacheWrite: 0, output: 0 };
  return {
    inputTokens: counted.input,
    cachedInputTokens: counted.cachedInput,
    outputTokens: counted.output,
    cost: costOf(counted, row.prices),
  };
}
