import { createRequire } from 'node:module';

interface EntityMapper {
  Entity: { type: { additionalProperties?: { type: { name: 'Object' } } } };
}

/**
 * botbuilder 4.23.3 drops every property of an outbound entity but three, so the AI label, the citations and the marking
 * never leave the process (fixed upstream in botbuilder-js #4903, which was not released). Its mapper takes the rest as they
 * are once it is told that an entity may have more. Must run before the first send.
 */
export function mendEntities(): void {
  // The mapper is no export of botbuilder: it is found from where botbuilder itself finds it.
  const fromHere = createRequire(import.meta.url);
  const fromBotbuilder = createRequire(fromHere.resolve('botbuilder'));
  const mappers = fromBotbuilder('botframework-connector/lib/connectorApi/models/mappers.js') as EntityMapper;
  mappers.Entity.type.additionalProperties = { type: { name: 'Object' } };
}
