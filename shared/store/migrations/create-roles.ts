import { sql, type Kysely } from 'kysely';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import type { DatabaseRoles } from '../database-roles.ts';
import { SCHEMA_NAME } from '../schema.ts';

/**
 * The two roles, which belong to the whole server and may be there already; the login role may become either. In one block,
 * so that two databases of one login can be made at the same time.
 */
export async function createRoles(database: Kysely<unknown>, roles: DatabaseRoles): Promise<void> {
  for (const role of [roles.app, roles.worker]) {
    try {
      await sql`${sql.raw(createRole(role))}`.execute(database);
    } catch (error) {
      if (!hasCode(error, '42501')) throw error;
      const statements = [roles.app, roles.worker].map((name) => `CREATE ROLE ${name} NOLOGIN; GRANT ${name} TO <that user>;`).join(' ');
      const message = `The user in DATABASE_URL may not create the database roles that keep departments apart. Give it CREATEROLE, or have an administrator run: ${statements}`;
      throw new HumphreyError('store-unavailable', message, { cause: error });
    }
    await sql`grant usage on schema ${sql.id(SCHEMA_NAME)} to ${sql.id(role)}`.execute(database);
  }
}

/** From PostgreSQL 16 on, who creates a role may grant it, but may not yet become it. */
function createRole(role: string): string {
  return `do $$
    begin
      if not exists (select from pg_roles where rolname = '${role}') then
        begin
          create role ${role} nologin;
        exception when duplicate_object or unique_violation then null;
        end;
      end if;
      if not pg_has_role(current_user, '${role}', case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) then
        grant ${role} to current_user;
      end if;
    end
  $$`;
}
