import type { ErrorBody, TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import { createEventStreamParser } from '../ui/event-stream.ts';

/** An answer of the server, or `lost`: the connection failed before one came. */
export type ClientEvent = TaskEvent | { type: 'lost'; message: string };

export interface TaskClient {
  /** Ends after a result, an error or `lost`; throws nothing but the signal's AbortError. */
  run: (request: TaskRequest, signal: AbortSignal) => AsyncIterable<ClientEvent>;
  /** Tells the server to stop a task; silent when it has already ended. */
  cancel: (id: string) => Promise<void>;
}

/** The server sends a heartbeat every 15 seconds: three missed means that nobody is there. */
const SILENCE_LIMIT = 45_000;

const unreachable = 'Humphrey cannot be reached. Check your network connection, then try again.';
const cutOff = 'The connection to Humphrey was lost before the answer was finished. Try again.';
const notUnderstood = 'Humphrey answered in a way this pane does not understand. Close the pane, open it again and try once more.';

type Fetch = typeof fetch;

/** Talks to POST /api/tasks on the pane's own origin. */
export function createTaskClient(fetchFrom: Fetch): TaskClient {
  return {
    run: (request, signal) => run(fetchFrom, request, signal),
    cancel: async (id) => {
      await fetchFrom(`/api/tasks/${encodeURIComponent(id)}/cancel`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      }).catch(
        // The person has moved on, and a server that cannot be reached drops the task when the stream closes.
        () => undefined,
      );
    },
  };
}

async function* run(fetchFrom: Fetch, request: TaskRequest, signal: AbortSignal): AsyncIterable<ClientEvent> {
  let response: Response;
  try {
    response = await fetchFrom('/api/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(request),
      signal,
    });
  } catch (thrown) {
    signal.throwIfAborted();
    yield { type: 'lost', message: thrown instanceof TypeError ? unreachable : cutOff };
    return;
  }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (!isStream || !response.body) {
    yield await readPlainAnswer(response);
    return;
  }
  yield* readStream(response.body, signal);
}

async function* readStream(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncIterable<ClientEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = createEventStreamParser();
  try {
    for (;;) {
      const chunk = await readBefore(reader, SILENCE_LIMIT);
      if (chunk.done) break;
      for (const event of parser.push(decoder.decode(chunk.value, { stream: true }))) {
        yield event;
        if (event.type === 'result' || event.type === 'error') return;
      }
    }
  } catch (thrown) {
    signal.throwIfAborted();
    yield { type: 'lost', message: thrown instanceof SyntaxError ? notUnderstood : cutOff };
    return;
  } finally {
    // Also when the reader of our events stops early.
    await reader.cancel().catch(() => undefined);
  }
  yield { type: 'lost', message: cutOff };
}

async function readBefore(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('silence'));
    }, limit);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Errors that come before the stream begins are plain JSON with the server's own sentence. */
async function readPlainAnswer(response: Response): Promise<ClientEvent> {
  const text = await response.text().catch(() => '');
  const error = errorIn(text);
  if (error) return { type: 'error', error };
  // A proxy's own page means that Humphrey is behind it and does not answer.
  return { type: 'lost', message: response.status >= 500 ? unreachable : notUnderstood };
}

function errorIn(text: string): ErrorBody['error'] | undefined {
  try {
    const { error } = JSON.parse(text) as Partial<ErrorBody>;
    return typeof error?.message === 'string' ? error : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
