import { z } from 'zod';
import { faultError } from './openai-faults.ts';
import type { TokenCounts } from './model-table.ts';

const count = z.number().int().min(0);

/** A chunk of the stream as far as we read it. Servers differ, so what is not there is null or absent. */
const Chunk = z.object({
  model: z.string().nullish().catch(undefined),
  choices: z
    .array(
      z.object({
        index: z.number().default(0),
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(z.unknown()).nullish(),
            function_call: z.unknown().optional(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count.nullish(), cache_write_tokens: count.nullish() }).nullish(),
    })
    .nullish()
    .catch(undefined),
});

/** What one attempt has brought so far. */
export interface Answer {
  content: string;
  chunks: number;
  refused: boolean;
  calledTools: boolean;
  finishReason?: string;
  /** As the server counted them; absent where it did not. */
  tokens?: TokenCounts;
  /** The server's own name of the model. */
  model?: string;
}

export function newAnswer(): Answer {
  return { content: '', chunks: 0, refused: false, calledTools: false };
}

/** Takes one chunk into the answer and returns the text that it added. Throws the fault stream-error for what is no chunk. */
export function takeChunk(answer: Answer, raw: unknown): string {
  const parsed = Chunk.safeParse(raw);
  if (!parsed.success) throw faultError('stream-error');
  const { model, choices, usage } = parsed.data;
  answer.chunks += 1;
  // A name is shown to people, so it has to look like one.
  if (model && /^[\w.:/@-]{1,100}$/.test(model)) answer.model = model;
  if (usage) answer.tokens = readTokens(usage);
  // Only the first choice, and nothing after its end.
  const choice = choices?.find(({ index }) => index === 0);
  if (!choice || answer.finishReason) return '';
  const { delta } = choice;
  if (delta?.refusal) answer.refused = true;
  if (delta?.tool_calls?.length || delta?.function_call) answer.calledTools = true;
  const text = delta?.content ?? '';
  answer.content += text;
  if (choice.finish_reason) answer.finishReason = choice.finish_reason;
  return text;
}

function readTokens(usage: NonNullable<z.infer<typeof Chunk>['usage']>): TokenCounts {
  const input = usage.prompt_tokens;
  const cachedInput = Math.min(input, usage.prompt_tokens_details?.cached_tokens ?? 0);
  const cacheWrite = Math.min(input - cachedInput, usage.prompt_tokens_details?.cache_write_tokens ?? 0);
  return { input, cachedInput, cacheWrite, output: usage.completion_tokens };
}

/** The answer by the call's schema. Throws the fault that the answer ended with. */
export function readOutput<Output>(answer: Answer, schema: z.ZodType<Output>): Output {
  if (answer.refused) throw faultError('refusal');
  if (answer.finishReason === 'content_filter') throw faultError('content-filter');
  if (answer.finishReason === 'length') throw faultError('length');
  if (answer.calledTools || answer.finishReason === 'tool_calls') throw faultError('tool-calls');
  if (!answer.finishReason) throw faultError(answer.content ? 'cut' : 'empty-answer');
  if (!answer.content) throw faultError('empty-answer');
  const output = schema.safeParse(parseJSON(answer.content));
  if (answer.finishReason !== 'stop' || !output.success) throw faultError('wrong-form');
  return output.data;
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the answer.
    throw faultError('wrong-form', {}, new Error(error instanceof Error ? error.name : 'not JSON'));
  }
}
