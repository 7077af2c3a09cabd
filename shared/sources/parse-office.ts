import { OfficeParser, type OfficeParserAST, type OfficeParserConfig } from 'officeparser';
import { HumphreyError } from '../errors.ts';
import { MAX_ZIP_ENTRIES, MAX_ZIP_UNPACKED_BYTES } from './read-limits.ts';

/** officeparser on bytes in memory, its failures in words for the person. It fetches nothing and runs no OCR. */
export async function parseOffice(bytes: Uint8Array, config: OfficeParserConfig, retrySentence: string): Promise<OfficeParserAST> {
  try {
    return await OfficeParser.parseOffice(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      decompressionLimits: { maxUncompressedBytes: MAX_ZIP_UNPACKED_BYTES, maxZipEntries: MAX_ZIP_ENTRIES },
      ...config,
    });
  } catch (cause) {
    const issue = issueOf(cause);
    if (issue.startsWith('PASSWORD') || issue === 'DOCUMENT_DECRYPTION_FAILED') throw passwordProtected(cause);
    if (/LIMIT_EXCEEDED|NESTING_DEPTH/.test(issue)) {
      throw new HumphreyError('too-large', `This file is built in a way that would take too much memory to read. ${retrySentence}`, {
        cause,
      });
    }
    throw new HumphreyError('unreadable', `This file is damaged or not complete. ${retrySentence}`, { cause });
  }
}

export function passwordProtected(cause?: unknown): HumphreyError {
  return new HumphreyError(
    'encrypted',
    'This file is protected with a password or by rights management. Open it in its own program, save a copy without the protection, and send that copy.',
    { cause },
  );
}

function issueOf(thrown: unknown): string {
  const issue = (thrown as { officeIssue?: { code?: unknown; type?: unknown } }).officeIssue;
  const code = issue?.code ?? issue?.type;
  if (typeof code === 'string') return code;
  return thrown instanceof Error && /password/i.test(thrown.message) ? 'PASSWORD_REQUIRED' : '';
}
