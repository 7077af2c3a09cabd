import { zodResponseFormat } from 'openai/helpers/zod';
import type { EngineCall } from '../ports.ts';
import { countTokens } from './count-tokens.ts';
import type { ModelRow } from './model-table.ts';
import type { ChatBody } from './openai-attempt.ts';
import { faultError } from './openai-faults.ts';
import { outputTokensByStage } from './openai-limits.ts';
import { renderSystemText, renderUserMessage } from './openai-prompt.ts';

/** One call's request, and its prompt as one text for counting. */
export interface RenderedRequest {
  body: ChatBody;
  prompt: string;
}

/** The request of a call: the fixed text first, no tools, a strict schema, nothing stored by the provider. */
export function renderRequest(call: EngineCall<unknown>, model: string, row: ModelRow): RenderedRequest {
  const system = renderSystemText(call);
  const user = renderUserMessage(call);
  const { temperature, outputLimitParameter, reasoningEffort } = row.quirks;
  const body: ChatBody = {
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    response_format: zodResponseFormat(call.schema, schemaName(call)),
    stream: true,
    stream_options: { include_usage: true },
    store: false,
    [outputLimitParameter]: outputTokensOf(call, row),
    ...(temperature ? { temperature: 0 } : {}),
    ...(reasoningEffort ? { reasoning_effort: reasoningEffort } : {}),
  };
  return { body, prompt: `${system}\n${user}` };
}

function outputTokensOf(call: EngineCall<unknown>, row: ModelRow): number {
  return Math.min(row.outputLimit, outputTokensByStage[call.stage]);
}

/** The API takes letters, digits, underscores and dashes, at most 64. */
function schemaName(call: EngineCall<unknown>): string {
  return `${call.task.version}_${call.stage}`.replace(/[^\w-]/g, '_').slice(0, 64);
}

/** A UTF-16 unit takes at most three bytes, and a token at least one: shorter texts need no counting. */
const MOST_TOKENS_A_CHARACTER = 3;

/** Throws the fault context-length before anything is sent, where the provider would refuse the prompt after receiving it. */
export async function checkLength(prompt: string, call: EngineCall<unknown>, row: ModelRow): Promise<void> {
  const room = row.context - outputTokensOf(call, row);
  if (prompt.length * MOST_TOKENS_A_CHARACTER <= room) return;
  const tokens = await countTokens(prompt);
  if (tokens > room) throw faultError('context-length', { tokens, limit: room });
}
