import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Asker } from '../../shared/ports.ts';

/** One HTTP route as data: the server mounts it, and openapi.json is generated from it. */
export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** Such as `/api/tasks/:id`. */
  path: string;
  summary: string;
  /** `asker`: only for an identified person. */
  access: 'asker' | 'anyone';
  body?: { kind: 'json'; schema: z.ZodType; maxBytes: number } | { kind: 'bytes'; maxBytes: number };
  /** Schemas of the answers, by status. */
  answers: Record<number, { description: string; schema?: z.ZodType }>;
  run: (call: RouteCall) => Promise<RouteAnswer>;
}

export interface RouteCall {
  parameters: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Set where access is `asker`. */
  asker: Asker;
  /** Parsed by the route's schema, or the raw bytes. */
  body: unknown;
  /** Aborts when the client is gone. */
  signal: AbortSignal;
}

export type RouteAnswer =
  | { status: number; json: unknown; headers?: Record<string, string> }
  | { status: 204 }
  | { status: 200; events: AsyncIterable<{ id: number; event: string; data: unknown }> };
