import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { HumphreyError } from '../errors.ts';
import { MAX_ZIP_ENTRIES, MAX_ZIP_RATIO, MAX_ZIP_UNPACKED_BYTES, ZIP_RATIO_FROM_BYTES } from './read-limits.ts';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_LENGTH = 22;
const MAX_COMMENT_LENGTH = 0xffff;
/** A size that says "look in the 64-bit field": no file of 50 MB needs one. */
const SIZE_IN_ZIP64 = 0xffffffff;

export interface ZipEntry {
  name: string;
  method: number;
  packed: number;
  unpacked: number;
  encrypted: boolean;
  localHeader: number;
}

/**
 * The directory of a zip container, read without unpacking anything, refused past the limits. Our own 60 lines because
 * the parsers' libraries (fflate in officeparser) unpack first, and yauzl and adm-zip are made for files on disk.
 */
export function readZipDirectory(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) throw damaged();
  const count = view.getUint16(end + 10, true);
  if (count > MAX_ZIP_ENTRIES) throw tooMuch();
  const entries: ZipEntry[] = [];
  let place = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (place + 46 > bytes.length || view.getUint32(place, true) !== DIRECTORY_ENTRY) throw damaged();
    const nameLength = view.getUint16(place + 28, true);
    entries.push({
      name: Buffer.from(bytes.subarray(place + 46, place + 46 + nameLength)).toString('utf8'),
      method: view.getUint16(place + 10, true),
      packed: view.getUint32(place + 20, true),
      unpacked: view.getUint32(place + 24, true),
      encrypted: (view.getUint16(place + 8, true) & 1) === 1,
      localHeader: view.getUint32(place + 42, true),
    });
    place += 46 + nameLength + view.getUint16(place + 30, true) + view.getUint16(place + 32, true);
  }
  checkSizes(entries, bytes.length);
  return entries;
}

function checkSizes(entries: ZipEntry[], fileBytes: number): void {
  if (entries.some((entry) => entry.packed === SIZE_IN_ZIP64 || entry.unpacked === SIZE_IN_ZIP64)) throw tooMuch();
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpacked, 0);
  if (unpacked > MAX_ZIP_UNPACKED_BYTES || (unpacked > ZIP_RATIO_FROM_BYTES && unpacked / fileBytes > MAX_ZIP_RATIO)) throw tooMuch();
}

/** The bytes of one entry, whatever the directory says about their number: never more than `maxBytes`. */
export function unpackEntry(bytes: Uint8Array, entry: ZipEntry, maxBytes: number): Buffer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const place = entry.localHeader;
  if (place + 30 > bytes.length || view.getUint32(place, true) !== LOCAL_ENTRY) throw damaged();
  const start = place + 30 + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
  const packed = bytes.subarray(start, start + entry.packed);
  if (entry.method === 0) return Buffer.from(packed);
  if (entry.method !== 8) throw damaged();
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch();
    throw damaged(cause);
  }
}

/** A zip container of the given files, for a parser that takes only whole containers. */
export function packZip(files: { name: string; bytes: Uint8Array }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let place = 0;
  for (const { name, bytes } of files) {
    const nameBytes = Buffer.from(name, 'utf8');
    const packed = deflateRawSync(bytes, { level: 1 });
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x0800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([uint32(LOCAL_ENTRY), fields, nameBytes, packed]);
    directory.push(Buffer.concat([uint32(DIRECTORY_ENTRY), Buffer.from([20, 0]), fields, Buffer.alloc(10), uint32(place), nameBytes]));
    locals.push(local);
    place += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(END_LENGTH);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...locals, entries, end]);
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_LENGTH - MAX_COMMENT_LENGTH);
  for (let place = view.byteLength - END_LENGTH; place >= lowest; place -= 1) {
    if (view.getUint32(place, true) === END_OF_DIRECTORY) return place;
  }
  return undefined;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const damaged = (cause?: unknown): HumphreyError =>
  new HumphreyError('unreadable', 'This file is damaged or not complete. Open it in its own program, save it again, and send that copy.', {
    cause,
  });
const tooMuch = (): HumphreyError =>
  new HumphreyError(
    'too-large',
    'This file unpacks to far more than a document needs, so it was not opened. Open it in its own program, save it again, and send that copy.',
  );
