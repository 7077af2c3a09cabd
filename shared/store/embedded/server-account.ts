import { chmod, chown, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { HumphreyError } from '../../errors.ts';

/** PostgreSQL refuses to run as root: the user it runs as instead. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

/** What our own starts leave in the folder; anything else in a folder of root's means that it is not ours to give away. */
const OWN_FILES = new Set(['data', 'data.new', 'password', 'port', 'server.log', 'start.lock', 'users.lock']);

/**
 * Makes the folder and says who the server runs as: undefined is ourselves. As root it is the folder's owner, or `nobody`, to
 * whom a new folder is given. Throws store-unavailable, with the remedy, for a folder of another user.
 */
export async function prepareFolder(folder: string): Promise<ServerAccount | undefined> {
  await makeFolder(folder);
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  const owner = await stat(folder);
  if (uid !== 0) {
    if (owner.uid === uid) return undefined;
    const who = await nameOf(owner.uid);
    throw new HumphreyError(
      'store-unavailable',
      `The database folder ${folder} belongs to ${who}, and you are another user. Start Humphrey as ${who === 'nobody' ? 'root, which made it' : who}, choose another folder, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
  if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const other = (await readdir(folder)).find((name) => !OWN_FILES.has(name));
  if (other !== undefined) {
    throw new HumphreyError(
      'store-unavailable',
      `The database folder ${folder} holds something else (${other}). Choose an empty folder for the database.`,
    );
  }
  const account = await findNobody();
  await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
  return account;
}

/** Folders that we make on the way are open to pass through: the server may be another user's. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  await chmod(folder, 0o700);
  for (let made = dirname(resolve(folder)); made === resolve(first) || made.startsWith(resolve(first) + sep); made = dirname(made))
    await chmod(made, 0o755);
}

/** Throws store-unavailable, naming the folder, when the account cannot get to one of the paths. */
export async function checkReachable(account: ServerAccount | undefined, paths: readonly string[]): Promise<void> {
  if (!account) return;
  for (const path of paths) {
    const closed = await findClosed(resolve(path), account);
    if (closed === undefined) continue;
    const who = await nameOf(account.uid);
    throw new HumphreyError(
      'store-unavailable',
      `PostgreSQL does not run as root, so Humphrey runs it as ${who}, who cannot get into ${closed}. Move Humphrey out of there (to /srv or /opt, say), run "chmod o+x ${closed}", start it as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/** Whether the account can get to a path. */
export async function isReachable(account: ServerAccount, path: string): Promise<boolean> {
  return (await findClosed(resolve(path), account)) === undefined;
}

async function findClosed(path: string, account: ServerAccount): Promise<string | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return at;
    if (at === dirname(at)) return undefined;
  }
}

async function findNobody(): Promise<ServerAccount> {
  const line = (await passwdLines()).find(([name]) => name === 'nobody');
  if (line) return { uid: Number(line[2]) >>> 0, gid: Number(line[3]) >>> 0 };
  throw new HumphreyError(
    'store-unavailable',
    'PostgreSQL does not run as root, and this machine has no user "nobody" to run it as. Start Humphrey as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

async function nameOf(uid: number): Promise<string> {
  const line = (await passwdLines()).find((fields) => Number(fields[2]) === uid);
  return line?.[0] ?? `user ${uid}`;
}

async function passwdLines(): Promise<string[][]> {
  const text = await readFile(join(sep, 'etc', 'passwd'), 'utf8');
  return text.split('\n').map((line) => line.split(':'));
}
