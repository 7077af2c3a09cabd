/** The Retry-After header of an error's details, where they name the seconds. */
export function retryAfter(details: Record<string, unknown> | undefined): Record<string, string> {
  const seconds = details?.['retryAfterSeconds'];
  return typeof seconds === 'number' ? { 'Retry-After': String(Math.ceil(seconds)) } : {};
}
