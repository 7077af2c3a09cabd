import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { HumphreyError } from '../errors.ts';

/** AES-256. */
export const KEY_BYTES = 32;
/** What GCM is made for; random ones are safe for 2^32 seals under one key, and a record has a few dozen. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The first byte of what is sealed, so that another way can come beside this one. */
const VERSION = 1;

/** Where sealed bytes belong. They open there and nowhere else: not as another record, tenant, table or part. */
export interface SealPlace {
  tenantId: string;
  table: string;
  recordId: string;
  /** Of a record that is sealed in several pieces. */
  part?: number;
}

/**
 * Seals bytes with AES-256-GCM: version, nonce, ciphertext, tag. JWE (jose) was weighed: its base64 makes each row a third
 * larger and its header says in clear, row by row, what is the same for all.
 */
export function seal(key: Uint8Array, place: SealPlace, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(nameOf(place));
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The bytes that were sealed for this place. Throws internal-error when anything about them has been changed. */
export function unseal(key: Uint8Array, place: SealPlace, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  try {
    if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error('not a sealed value');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(nameOf(place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw changed(error);
  }
}

export function changed(cause: unknown): HumphreyError {
  return new HumphreyError(
    'internal-error',
    'What was kept cannot be read: it has been changed, or its key is not the right one. Tell your Humphrey team.',
    { cause },
  );
}

/** One name for one place: JSON keeps the fields apart whatever stands in them. */
function nameOf({ tenantId, table, recordId, part }: SealPlace): Buffer {
  return Buffer.from(JSON.stringify(['humphrey', tenantId, table, recordId, part ?? null]));
}
