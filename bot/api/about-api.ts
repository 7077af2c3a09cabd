import { z } from 'zod';
import type { Route } from './route.ts';

export const About = z.object({
  engine: z.object({ name: z.enum(['openai', 'offline']), model: z.string() }),
  offline: z.boolean(),
  /** The Playground's address, where it runs. */
  playground: z.string().optional(),
});
export type About = z.infer<typeof About>;

/** Whether this process takes work now. */
export type Readiness = 'ok' | 'starting' | 'stopping' | 'store-unavailable';

/** What runs here, and whether it is well: for the start page and for those who watch. */
export function aboutRoutes(about: () => About, readiness: () => Promise<Readiness>): Route[] {
  const state = z.object({ status: z.enum(['ok', 'starting', 'stopping', 'store-unavailable']) });
  return [
    {
      method: 'GET',
      path: '/api/about',
      summary: 'Which engine and surfaces run here.',
      access: 'anyone',
      answers: { 200: { description: 'About', schema: About } },
      run: () => Promise.resolve({ status: 200, json: about() }),
    },
    {
      method: 'GET',
      path: '/health/live',
      summary: 'The process answers.',
      access: 'anyone',
      answers: { 200: { description: 'Live', schema: state } },
      run: () => Promise.resolve({ status: 200, json: { status: 'ok' } }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      summary: 'The process takes work: it has started, is not stopping, and its database answers.',
      access: 'anyone',
      answers: {
        200: { description: 'Ready', schema: state },
        503: { description: 'Not yet, stopping, or without its database', schema: state },
      },
      run: async () => {
        const status = await readiness();
        return { status: status === 'ok' ? 200 : 503, json: { status } };
      },
    },
  ];
}
