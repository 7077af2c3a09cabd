import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** The parts of node's (and restify's) request that are read; `body` is parsed JSON. */
export interface ActivityRequest {
  headers: IncomingHttpHeaders;
  body?: unknown;
}
export interface ActivityResponse {
  writeHead(status: number, headers?: OutgoingHttpHeaders): unknown;
  end(body?: string): unknown;
}

/** What POST /api/messages answers; with a code, the contract's error body. */
export interface HttpAnswer {
  status: number;
  code?: string;
  message?: string;
}

export function respond(response: ActivityResponse, answered: HttpAnswer): void {
  const body = answered.code === undefined ? '{}' : JSON.stringify({ error: { code: answered.code, message: answered.message } });
  response.writeHead(answered.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(answered.status === 503 ? { 'retry-after': '5' } : {}),
  });
  response.end(body);
}
