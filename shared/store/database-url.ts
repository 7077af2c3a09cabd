import { HumphreyError } from '../errors.ts';

/** What may stand after the question mark; `host` or `options` there would change what we check or set ourselves. */
const allowedParameters = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'application_name']);
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** Throws store-unavailable, naming what is wrong with it, and never its password. */
export function checkDatabaseUrl(text: string): void {
  if (!URL.canParse(text)) throw wrong('is no address');
  const url = new URL(text);
  if (!/^postgres(?:ql)?:$/u.test(url.protocol)) throw wrong('does not begin with postgres://');
  if (url.hostname === '') throw wrong('names no server');
  if (url.username === '' || url.pathname.length < 2) throw wrong('lacks the user or the database');
  const strange = [...url.searchParams.keys()].find((name) => !allowedParameters.has(name));
  if (strange !== undefined) throw wrong(`has the parameter ${strange}, which is not supported`);
  if (loopback.test(url.hostname)) return;
  const mode = url.searchParams.get('sslmode');
  if (mode !== 'verify-full' && mode !== 'disable') {
    throw wrong(
      'goes to another machine without saying sslmode=verify-full, which encrypts and checks who answers (or sslmode=disable on a network that you trust)',
    );
  }
}

function wrong(fault: string): HumphreyError {
  return new HumphreyError(
    'store-unavailable',
    `DATABASE_URL ${fault}. Write it as postgres://user:password@server:5432/database?sslmode=verify-full.`,
  );
}
