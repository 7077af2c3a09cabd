import { z } from 'zod';
import type { Route } from './route.ts';

export const About = z.object({
  engine: z.object({ name: z.enum(['openai', 'offline']), model: z.string() }),
  offline: z.boolean(),
  /** The Playground's address, where it runs. */
  playground: z.string().optional(),
});
export type About = z.infer<typeof About>;

/** What runs here, and whether it is well: for the start page and for those who watch. */
export function aboutRoutes(about: () => About, isReady: () => boolean): Route[] {
  const state = z.object({ status: z.enum(['ok', 'starting']) });
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
      summary: 'The process takes work.',
      access: 'anyone',
      answers: { 200: { description: 'Ready', schema: state }, 503: { description: 'Not yet, or stopping', schema: state } },
      run: () => Promise.resolve(isReady() ? { status: 200, json: { status: 'ok' } } : { status: 503, json: { status: 'starting' } }),
    },
  ];
}
