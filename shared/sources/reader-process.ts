import type { ReadSource } from '../passage.ts';
import type { EmailToRead, FileBytes, ThreadToRead } from '../ports.ts';
import { runJobs } from '../pool/run-jobs.ts';
import { readMail } from './email-source.ts';
import { readFile } from './source-formats.ts';
import { readThreadSource } from './thread-source.ts';

/** The child process in which all hostile bytes and HTML are read: it has no keys, no network use and a memory limit. */
runJobs({
  document: async (file) => asOneSource(await readFile(file as FileBytes)),
  email: async (email) => readMail(email as EmailToRead, readFile, 0),
  thread: (thread) => readThreadSource(thread as ThreadToRead),
});

/** A mail file handed in as a document is one source: its attachments follow, each under its own name. */
function asOneSource(sources: ReadSource[]): ReadSource {
  const [first, ...others] = sources;
  if (!first) throw new Error('A file gave no source.');
  for (const other of others) {
    const title = `Attachment: ${other.name}`;
    for (const { locator, ...passage } of other.passages) {
      first.passages.push({
        ...passage,
        locator: { ...locator, heading: locator.heading === undefined ? title : `${title} > ${locator.heading}` },
      });
    }
    first.notices.push(...other.notices);
    first.hiddenText.push(...other.hiddenText);
    first.insideNames = [...(first.insideNames ?? []), other.name, ...(other.insideNames ?? [])];
  }
  return first;
}
