import type { ServerResponse } from 'node:http';
import type { HumphreyError } from '../../shared/errors.ts';
import type { RouteAnswer } from './route.ts';
import { retryAfter } from './retry-after.ts';

/** A page or a file of one, ready to send. */
export interface Page {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** A line every 15 s keeps proxies from cutting a quiet stream. */
const HEARTBEAT_MILLISECONDS = 15_000;

const API_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

export async function sendAnswer(response: ServerResponse, answer: RouteAnswer): Promise<void> {
  if ('events' in answer) return sendEvents(response, answer.events);
  if ('json' in answer) {
    sendJson(response, { status: answer.status, json: answer.json, headers: answer.headers ?? {} });
    return;
  }
  response.writeHead(answer.status, API_HEADERS);
  response.end();
}

/** The contract's error body; nothing where the answer has already begun, but the connection ends. */
export function sendError(response: ServerResponse, error: HumphreyError): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  sendJson(response, { status: error.status, json: error.toBody(), headers: retryAfter(error.details) });
}

function sendJson(response: ServerResponse, answer: { status: number; json: unknown; headers: Record<string, string> }): void {
  const body = Buffer.from(JSON.stringify(answer.json));
  response.writeHead(answer.status, {
    ...API_HEADERS,
    ...answer.headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.byteLength,
  });
  response.end(body);
}

async function sendEvents(response: ServerResponse, events: AsyncIterable<{ id: number; event: string; data: unknown }>): Promise<void> {
  response.writeHead(200, {
    ...API_HEADERS,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-store, no-transform',
    // nginx and its kin would hold the events back.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': still working\n\n'), HEARTBEAT_MILLISECONDS);
  try {
    for await (const { id, event, data } of events) {
      response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
