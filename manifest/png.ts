import { crc32, deflateSync } from 'node:zlib';

// Weighed against pngjs and sharp: a dozen small icons in one fixed format do not earn a dependency.

/** One picture: `pixels` is red, green, blue, alpha for each pixel, row by row. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_LENGTH = 13;
const BITS_PER_CHANNEL = 8;
const COLOUR_TYPE_RGBA = 6;
const CHANNELS = 4;
/** Where the width stands: after the signature, the first chunk's length and its name. */
const WIDTH_OFFSET = 16;

function chunk(name: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** The picture as a PNG file: 8 bits a channel with alpha, no filter, one data chunk. */
export function writePng({ width, height, pixels }: Picture): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(BITS_PER_CHANNEL, 8);
  header.writeUInt8(COLOUR_TYPE_RGBA, 9);

  // Each row begins with the number of its filter: 0, none.
  const rows = Buffer.alloc(height * (1 + width * CHANNELS));
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * width * CHANNELS, (row + 1) * width * CHANNELS), row * (1 + width * CHANNELS) + 1);
  }
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** Width and height in pixels of any PNG file; undefined when the bytes are not one. */
export function readPngSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPng =
    file.length >= WIDTH_OFFSET + 8 && file.subarray(0, SIGNATURE.length).equals(SIGNATURE) && file.toString('latin1', 12, 16) === 'IHDR';
  return isPng ? { width: file.readUInt32BE(WIDTH_OFFSET), height: file.readUInt32BE(WIDTH_OFFSET + 4) } : undefined;
}
