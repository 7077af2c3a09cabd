/** A string of a manifest with its place in Microsoft's own notation: `bots[0].commandLists[1].commands[0].title`. */
export interface PlacedString {
  path: string;
  value: string;
}

/** Every string inside a JSON value, in order. */
export function listStrings(value: unknown, path = ''): PlacedString[] {
  if (typeof value === 'string') return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => listStrings(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listStrings(item, path === '' ? key : `${path}.${key}`));
}
