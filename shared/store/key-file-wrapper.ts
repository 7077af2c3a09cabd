import { hkdfSync, randomBytes } from 'node:crypto';
import { HumphreyError } from '../errors.ts';
import type { KeyWrapper } from '../ports.ts';
import { KEY_BYTES, seal, unseal } from './sealing.ts';
import { readSecretFile } from './secret-file.ts';

/** A line of the key file: the key's id, a space, the key in base64. */
const keyLine = /^(\S{1,40}) ([A-Za-z0-9+/]{43}=)$/u;

/**
 * Wraps record keys with the keys of a file that only we may read, made at the first start. The first line wraps; all unwrap:
 * a new first line (`createKeyLine()`) is a new wrapping key, and an old line may go when nothing is kept any more that it
 * wrapped. Each tenant has a wrapping key of its own, derived from the file's. Throws store-unavailable for a file that others
 * may read or that is damaged.
 */
export async function openKeyFile(path: string): Promise<KeyWrapper> {
  const keys = readKeys(await readSecretFile(path, createKeyLine), path);
  const [keyId] = keys.keys();
  if (keyId === undefined) throw damaged(path);
  const wrappingKey = (id: string, tenantId: string): Uint8Array => {
    const key = keys.get(id);
    if (key) return new Uint8Array(hkdfSync('sha256', key, '', `humphrey wrapping key ${tenantId}`, KEY_BYTES));
    throw new HumphreyError(
      'store-unavailable',
      `The key file ${path} lacks the key ${id}, with which records were sealed. Put that line back from a copy.`,
    );
  };
  return {
    keyId,
    wrap: (key, place) => settle(() => seal(wrappingKey(keyId, place.tenantId), { ...place, table: 'record_key' }, key)),
    unwrap: (wrapped, place) =>
      settle(() =>
        unseal(
          wrappingKey(place.keyId, place.tenantId),
          { tenantId: place.tenantId, recordId: place.recordId, table: 'record_key' },
          wrapped,
        ),
      ),
  };
}

/** A new key, as a line for the top of the key file. */
export function createKeyLine(): string {
  return `${randomBytes(4).toString('hex')} ${randomBytes(KEY_BYTES).toString('base64')}\n`;
}

function readKeys(text: string, path: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, id, key] = keyLine.exec(line.trim()) ?? [];
    if (id === undefined || key === undefined || keys.has(id)) throw damaged(path);
    keys.set(id, Buffer.from(key, 'base64'));
  }
  return keys;
}

function damaged(path: string): HumphreyError {
  return new HumphreyError(
    'store-unavailable',
    `The key file ${path} is damaged: each line must be an id of its own, a space and 32 bytes in base64. Put it back from a copy; without it nothing that is kept can be read.`,
  );
}

function settle<Value>(work: () => Value): Promise<Value> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
