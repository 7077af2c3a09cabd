/** A share of NUL bytes on one side of the byte pairs that only UTF-16 text of a western script has. */
const UTF16_NUL_SHARE = 0.3;
const UTF16_SAMPLE_BYTES = 2_000;

/** Text from bytes of unknown encoding: byte-order mark, UTF-16 by its NULs, UTF-8, and else windows-1252, which takes any byte. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = markedEncoding(bytes) ?? utf16Without(bytes);
  if (encoding) return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: the old encoding of Windows in western Europe, which older departmental systems still export.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

function utf16Without(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, UTF16_SAMPLE_BYTES);
  const pairs = Math.floor(sample.length / 2);
  if (pairs < 2) return undefined;
  let even = 0;
  let odd = 0;
  for (let index = 0; index < pairs * 2; index += 2) {
    if (sample[index] === 0) even += 1;
    if (sample[index + 1] === 0) odd += 1;
  }
  if (odd / pairs > UTF16_NUL_SHARE && even === 0) return 'utf-16le';
  if (even / pairs > UTF16_NUL_SHARE && odd === 0) return 'utf-16be';
  return undefined;
}

/** Whether decoded text is words rather than bytes of a program: control characters are next to absent in text. */
export function looksLikeText(text: string): boolean {
  const sample = text.slice(0, 4_000);
  let odd = 0;
  for (let index = 0; index < sample.length; index += 1) {
    const code = sample.charCodeAt(index);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13 && code !== 27) || code === 0xfffd) odd += 1;
  }
  return odd <= 1 + sample.length * 0.02;
}
