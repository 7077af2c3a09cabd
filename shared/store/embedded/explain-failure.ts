import { HumphreyError } from '../../errors.ts';

interface Place {
  folder: string;
  port: number | undefined;
}

/** What PostgreSQL's own words mean, and what to do about it. The words are of its start, so they hold no content. */
export function explainFailure(words: string, place: Place): HumphreyError {
  const cause = new Error(lastWords(words));
  return new HumphreyError('store-unavailable', sentenceFor(words, place), { cause });
}

function sentenceFor(words: string, { folder, port }: Place): string {
  if (/No space left on device|Disk quota exceeded/u.test(words)) {
    return `The disk that holds the database folder ${folder} is full. Free some space (a new database needs 100 MB) and start Humphrey again.`;
  }
  if (/Address already in use|could not create any TCP\/IP sockets/u.test(words)) {
    return `Port ${port ?? 0} on 127.0.0.1 is taken, so the database cannot listen there. Stop what uses it, or choose another port.`;
  }
  if (/Read-only file system/u.test(words)) {
    return `The database folder ${folder} is on a disk that cannot be written to. Choose another folder, or set DATABASE_URL to a PostgreSQL server.`;
  }
  if (/Permission denied/u.test(words)) {
    return `PostgreSQL may not use its files in ${folder}: they belong to another user. Give them to the folder's owner (chown -R), or choose another folder.`;
  }
  const nameless = /could not look up effective user ID (\d+)/u.exec(words)?.[1];
  if (nameless !== undefined) {
    return `The user number ${nameless} has no name on this machine, and PostgreSQL insists on one. Start Humphrey as a user that is in /etc/passwd (in a container: one that the image has), or set DATABASE_URL to a PostgreSQL server.`;
  }
  if (/could not (?:create|resize|map).*shared memory|Cannot allocate memory/u.test(words)) {
    return 'There is too little memory for the database. It needs about 150 MB; free some, or raise the limit of the container.';
  }
  return `The database in ${folder} did not start. Its last words: "${lastWords(words)}". The whole log is in ${folder}/server.log.`;
}

function lastWords(words: string): string {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const fault = lines.findLast((line) => /FATAL|PANIC|error/u.test(line)) ?? lines.at(-1) ?? 'none';
  return fault.slice(0, 300);
}
