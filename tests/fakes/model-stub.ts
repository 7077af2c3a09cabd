import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** One request as it came; `ended` says whether the answer was read to its end or the caller hung up. */
interface StubRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The parsed JSON body; undefined where there was none. */
  body: unknown;
  ended: Promise<'whole' | 'hung-up'>;
}

/** How the stub answers one request. `silent` is to be called when no more will come although the answer is not over. */
export type StubReply = (exchange: { request: StubRequest; response: ServerResponse; silent: () => void }) => void | Promise<void>;

/**
 * A server that speaks Chat Completions on a real socket, and does whatever a broken or hostile one may do. It answers
 * with the replies queued by `answer`, in order, then with the one given to `always`; a request beyond that gets a 500,
 * and makes `close` throw.
 */
export interface ModelStub {
  /** Such as http://127.0.0.1:34567, without a path. */
  origin: string;
  baseURL: string;
  requests: StubRequest[];
  answer: (...replies: StubReply[]) => void;
  always: (reply: StubReply) => void;
  /** Resolves when that many replies have fallen silent. */
  silence: (replies?: number) => Promise<void>;
  close: () => Promise<void>;
}

export async function startModelStub(): Promise<ModelStub> {
  const requests: StubRequest[] = [];
  const queued: StubReply[] = [];
  let standing: StubReply | undefined;
  let unexpected = 0;
  const silences: PromiseWithResolvers<undefined>[] = [];
  const silenceAt = (index: number): PromiseWithResolvers<undefined> => (silences[index] ??= Promise.withResolvers<undefined>());
  let silentReplies = 0;
  const server = createServer((incoming, response) => {
    void (async () => {
      const request = await record(incoming, response);
      requests.push(request);
      const reply = queued.shift() ?? standing;
      let fellSilent = false;
      const silent = (): void => {
        if (!fellSilent) silenceAt(silentReplies++).resolve(undefined);
        fellSilent = true;
      };
      if (!reply) unexpected += 1;
      await (reply ?? failWith(500))({ request, response, silent });
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    baseURL: `${origin}/v1`,
    requests,
    answer: (...replies) => void queued.push(...replies),
    always: (reply) => {
      standing = reply;
    },
    silence: (replies = 1) => silenceAt(replies - 1).promise,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (unexpected > 0) throw new Error(`The model stub got ${unexpected} requests that nobody expected.`);
    },
  };
}

async function record(incoming: IncomingMessage, response: ServerResponse): Promise<StubRequest> {
  const ended = new Promise<'whole' | 'hung-up'>((resolve) => {
    response.on('close', () => {
      resolve(response.writableFinished ? 'whole' : 'hung-up');
    });
  });
  const body = await readText(incoming);
  const { method = '', url = '', headers } = incoming;
  return { method, path: url, headers, body: body ? JSON.parse(body) : undefined, ended };
}

/** What makes an answer differ from a good one. */
export interface AnswerOptions {
  finishReason?: string;
  /** Null: the server sends no usage. */
  usage?: object | null;
  model?: string;
  /** Characters of one chunk; a small number cuts every word. */
  charactersAChunk?: number;
}

const goodUsage = { prompt_tokens: 1_200, completion_tokens: 80, total_tokens: 1_280, prompt_tokens_details: { cached_tokens: 1_024 } };

/** A good answer: `output`, or what a function makes of the request's body, streamed as JSON. */
export function answerWith(output: unknown, options: AnswerOptions = {}): StubReply {
  return ({ request, response }) => {
    const value: unknown = typeof output === 'function' ? (output as (body: unknown) => unknown)(request.body) : output;
    answerWithText(JSON.stringify(value), options)({ request, response, silent: () => undefined });
  };
}

/** As answerWith, of any text. */
export function answerWithText(text: string, options: AnswerOptions = {}): (exchange: Parameters<StubReply>[0]) => void {
  const { finishReason = 'stop', usage = goodUsage, model = 'gpt-4o-2024-11-20' } = options;
  return ({ response }) => {
    openEventStream(response);
    for (const piece of cutText(text, options.charactersAChunk ?? 12))
      response.write(event({ model, choices: [choice({ content: piece })] }));
    response.write(event({ model, choices: [choice({}, finishReason)] }));
    if (usage) response.write(event({ model, choices: [], usage }));
    response.end('data: [DONE]\n\n');
  };
}

/** The stream as given: events (objects) and raw text, then its end, without a finish or [DONE] of its own. */
export function answerWithEvents(...events: (object | string)[]): StubReply {
  return ({ response }) => {
    openEventStream(response);
    for (const one of events) response.write(typeof one === 'string' ? one : event(one));
    response.end();
  };
}

/** Begins an answer, then ends the stream as if that were all. */
export function cutAfter(text: string): StubReply {
  return answerWithEvents(...cutText(text, 12).map((piece) => ({ choices: [choice({ content: piece })] })));
}

/** Begins an answer, then destroys the connection. */
export function hangUpAfter(text: string): StubReply {
  return ({ response }) => {
    openEventStream(response);
    response.write(event({ choices: [choice({ content: text })] }), () => response.destroy());
  };
}

/** Begins an answer, then says nothing more and keeps the connection open. An empty text: not even headers. */
export function stallAfter(text: string): StubReply {
  return ({ response, silent }) => {
    if (!text) {
      silent();
      return;
    }
    openEventStream(response);
    response.write(event({ choices: [choice({ content: text })] }), silent);
  };
}

/** A whole answer with its finish, then nothing: no usage, no [DONE], no end. */
export function stallAfterAnswer(output: unknown): StubReply {
  return ({ response, silent }) => {
    openEventStream(response);
    response.write(event({ choices: [choice({ content: JSON.stringify(output) })] }));
    response.write(event({ choices: [choice({}, 'stop')] }), silent);
  };
}

/** One character of an answer every few milliseconds, for ever. */
export function drip(): StubReply {
  return ({ response, silent }) => {
    openEventStream(response);
    const timer = setInterval(() => {
      response.write(event({ choices: [choice({ content: ' ' })] }), silent);
    }, 5);
    response.on('close', () => {
      clearInterval(timer);
    });
  };
}

/** Declines in the way of the API: a refusal instead of content. */
export function refuse(): StubReply {
  return answerWithEvents(
    { choices: [choice({ refusal: "I'm sorry, I can't help with that." })] },
    { choices: [choice({}, 'stop')] },
    'data: [DONE]\n\n',
  );
}

/** Calls a tool that nobody offered. */
export function callTool(): StubReply {
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'send_mail', arguments: '{"to":"attacker@example.com"}' } };
  return answerWithEvents({ choices: [choice({ tool_calls: [call] })] }, { choices: [choice({}, 'tool_calls')] }, 'data: [DONE]\n\n');
}

/** An event stream of one line that does not end, until the caller hangs up. */
export function endlessLine(): StubReply {
  return ({ response }) => {
    openEventStream(response);
    response.write('data: {"choices":[{"delta":{"content":"');
    const block = 'a'.repeat(256_000);
    const more = (): void => {
      if (!response.destroyed) response.write(block, more);
    };
    more();
  };
}

/** 200 with a page, as a proxy's sign-in does. */
export function answerWithPage(): StubReply {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title><p>Please sign in to continue.</p>');
  };
}

/** An error status in the API's form. */
export function failWith(status: number, error: Record<string, unknown> = {}, headers: Record<string, string> = {}): StubReply {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'secret words of the server', ...error } }));
  };
}

/** Any JSON with 200, as GET /v1/models gives it. */
export function answerWithJSON(body: unknown): StubReply {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

function openEventStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_stub' });
}

function event(value: object): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-stub', object: 'chat.completion.chunk', created: 1, ...value })}\n\n`;
}

/** One choice of a chunk. */
export function choice(delta: object, finishReason: string | null = null): object {
  return { index: 0, delta, finish_reason: finishReason };
}

function cutText(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) => text.slice(index * length, (index + 1) * length));
}
