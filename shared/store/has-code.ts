/** True for an error of the operating system, of Node or of PostgreSQL with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  const code = fieldOf(error, 'code');
  return typeof code === 'string' && codes.includes(code);
}

/** A field of a thrown value. Not by `instanceof`: an error of Node's core is of another realm where tests run in a sandbox. */
export function fieldOf(error: unknown, field: string): unknown {
  return typeof error === 'object' && error !== null && field in error ? (error as Record<string, unknown>)[field] : undefined;
}
