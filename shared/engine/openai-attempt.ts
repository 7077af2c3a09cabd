import { APIError, type OpenAI } from 'openai';
import { HumphreyError } from '../errors.ts';
import { newAnswer, takeChunk, type Answer } from './openai-answer.ts';
import type { OpenedConnection } from './openai-connection.ts';
import { faultError } from './openai-faults.ts';
import type { EngineLimits } from './openai-limits.ts';
import { openWatch, type Watch } from './openai-watch.ts';
import type { EngineTime } from './openai-time.ts';

export type ChatBody = OpenAI.ChatCompletionCreateParamsStreaming;

export interface AttemptOptions {
  connection: OpenedConnection;
  body: ChatBody;
  /** Told every piece of the answer as it comes. */
  onText: (text: string) => void;
  /** Told what came, whole or not, so that its tokens are counted even when the attempt fails. */
  onEnd: (answer: Answer) => void;
  /** Told the headers of the server's reply, whatever its status. */
  onHeaders?: (headers: Headers) => void;
  time: EngineTime;
  limits: EngineLimits;
  budgetMilliseconds: number;
}

/**
 * One request and its stream, read to its end. Throws the SDK's error, or a fault of its own for what the SDK lets pass:
 * an answer that is no stream, one that never ends, or a silent server. However it ends, no connection stays open.
 */
export async function attemptCall(options: AttemptOptions, signal: AbortSignal): Promise<Answer> {
  const watch = openWatch(options, signal);
  const answer = newAnswer();
  try {
    await Promise.race([readStream(options, answer, watch), watch.givenUp]);
    return answer;
  } catch (error) {
    watch.abort();
    throw error;
  } finally {
    watch.close();
    options.onEnd(answer);
  }
}

async function readStream(options: AttemptOptions, answer: Answer, watch: Watch): Promise<void> {
  for await (const chunk of chunksOf(await openStream(options, watch))) {
    const finishedBefore = answer.finishReason !== undefined;
    watch.chunkArrived();
    const text = takeChunk(answer, chunk);
    if (answer.content.length > options.limits.outputCharacters) throw faultError('output-too-long');
    if (text) options.onText(text);
    if (!finishedBefore && answer.finishReason) watch.answerFinished();
  }
}

async function openStream(
  { connection, body, budgetMilliseconds, onHeaders }: AttemptOptions,
  watch: Watch,
): Promise<AsyncIterable<unknown>> {
  const headers = await connection.authorise();
  const request = connection.client.chat.completions.create(body, {
    headers,
    signal: watch.signal,
    // The watch ends the attempt; the SDK's own clock, which stops at the headers, only must not be shorter.
    timeout: Math.ceil(budgetMilliseconds) + 1_000,
  });
  const { data, response } = await request.withResponse();
  onHeaders?.(response.headers);
  // A proxy's sign-in page comes as 200 with HTML, which the SDK reads as a stream without events.
  if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) throw faultError('not-a-stream');
  return data;
}

/** What breaks while the stream is read is the network's or the server's doing, whatever class of error carries it. */
async function* chunksOf(stream: AsyncIterable<unknown>): AsyncGenerator {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nextChunk(iterator);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function nextChunk(iterator: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  try {
    return await iterator.next();
  } catch (error) {
    if (error instanceof HumphreyError || error instanceof APIError) throw error;
    // A SyntaxError's message would quote the chunk.
    throw faultError(error instanceof SyntaxError ? 'stream-error' : 'cut', {}, new Error(error instanceof Error ? error.name : 'stream'));
  }
}
