/**
 * What the login in the database's address becomes. Roles belong to the whole server, so they bear the login's name: two
 * Humphreys on one server do not share theirs.
 */
export interface DatabaseRoles {
  /** For a tenant's work: row-level security gives it that tenant's rows and no others. */
  app: string;
  /** For background work across tenants: each table that it may touch says so, and for what. */
  worker: string;
}

/** PostgreSQL cuts names at 63 bytes. */
const MAX_LOGIN_CHARACTERS = 50;

/** The names of the roles, of letters that need no quoting anywhere. */
export function rolesOf(url: string): DatabaseRoles {
  const login = decodeURIComponent(new URL(url).username)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/gu, '_')
    .slice(0, MAX_LOGIN_CHARACTERS);
  return { app: `${login}_app`, worker: `${login}_worker` };
}
