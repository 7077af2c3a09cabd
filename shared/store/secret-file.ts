import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { HumphreyError } from '../errors.ts';
import { hasCode } from './has-code.ts';

/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;

/**
 * A secret kept in a file that only its owner may read. Where there is no file, `generate` fills a new one, whole or not at all,
 * also when several processes start at once. Throws store-unavailable when others may read it.
 */
export async function readSecretFile(path: string, generate: () => string): Promise<string> {
  const found = await readIfThere(path);
  if (found !== undefined) return found;
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(generate());
    // A key that seals rows must be on the disk before the first row is.
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    // Another process was first: its secret counts.
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
  const made = await readIfThere(path);
  if (made === undefined) throw new HumphreyError('store-unavailable', `The secret file ${path} vanished while it was made. Start again.`);
  return made;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    // Windows has no such bits; there the folder's own access list protects it.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      const rights = (mode & 0o777).toString(8);
      throw new HumphreyError(
        'store-unavailable',
        `The secret file ${path} can be read by others (mode ${rights}). Run: chmod 600 ${path}. If anybody may have read it, replace it.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    throw new HumphreyError('store-unavailable', `The secret file ${path} belongs to another user. Start Humphrey as that user.`, {
      cause: error,
    });
  }
}
