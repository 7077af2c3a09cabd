import { z } from 'zod';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 description of the routes, out of the same schemas that check what comes in. */
export function openApi(routes: Route[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/gu, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Humphrey', version: '0.1.0', description: 'Tasks for civil servants: summarise, actions, replies, answers, redrafts.' },
    paths,
  };
}

function operation(route: Route): unknown {
  const parameters = [...route.path.matchAll(/:(\w+)/gu)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: bodyContent(route.body) } } : {}),
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, answer]) => [
        status === '400' ? 'default' : status,
        {
          description: answer.description,
          ...(answer.schema
            ? {
                content: {
                  [answer.description === 'text/event-stream' ? 'text/event-stream' : 'application/json']: {
                    schema: schemaOf(answer.schema),
                  },
                },
              }
            : {}),
        },
      ]),
    ),
  };
}

function bodyContent(body: NonNullable<Route['body']>): unknown {
  return body.kind === 'json'
    ? { 'application/json': { schema: schemaOf(body.schema) } }
    : { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
}

function schemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { unrepresentable: 'any' });
}
