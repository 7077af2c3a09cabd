import type { TaskEvent } from '../../shared/contract/task-event.ts';

export interface EventStreamParser {
  /** Takes the next piece of the stream, cut anywhere, and gives the events that it completes. */
  push: (chunk: string) => TaskEvent[];
}

/**
 * Reads server-sent events. EventSource cannot POST, and the package eventsource-parser does more than the pane's size
 * allows for: our own server sends one event type a message, and only its data line matters here.
 */
export function createEventStreamParser(): EventStreamParser {
  let rest = '';
  let data: string[] = [];

  function readLine(line: string): TaskEvent | undefined {
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    if (line !== '' || data.length === 0) return undefined;
    const text = data.join('\n');
    data = [];
    return JSON.parse(text) as TaskEvent;
  }

  return {
    push: (chunk) => {
      const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      return lines.flatMap((line) => readLine(line) ?? []);
    },
  };
}
