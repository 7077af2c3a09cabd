import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { HumphreyError } from '../../shared/errors.ts';
import { runJobs } from '../../shared/pool/run-jobs.ts';

/** The entry file of the pool's tests: each job is one way to behave. */
const kept: Buffer[] = [];

/** Tells the test, by a connection, that the job runs. */
function sayStarted(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    connect(port, '127.0.0.1', resolve).once('error', reject);
  });
}

runJobs({
  echo: (input) => input,
  pid: () => process.pid,
  environment: () => Object.keys(process.env),
  refuse: () => {
    throw new HumphreyError('encrypted', 'Take the password off.', { details: { page: 3 } });
  },
  fault: () => {
    throw new Error('secret words of a document');
  },
  'answer-uncloneable': () => () => undefined,
  crash: () => process.exit(3),
  spin: async (port) => {
    if (Number(port) > 0) await sayStarted(Number(port));
    for (;;);
  },
  wait: async (port, signal) => {
    await sayStarted(Number(port));
    return new Promise((_resolve, reject) => {
      // It may have been cancelled before anybody listened.
      if (signal.aborted) reject(new HumphreyError('cancelled', 'Stopped.'));
      signal.addEventListener('abort', () => {
        reject(new HumphreyError('cancelled', 'Stopped.'));
      });
      setInterval(() => undefined, 1_000);
    });
  },
  write: (path) => {
    writeFileSync(String(path), 'x');
  },
  read: (path) => readFileSync(String(path), 'utf8').length,
  'fill-heap': () => {
    const words: string[][] = [];
    for (;;) words.push(Array.from({ length: 1_000 }, (_, index) => `${words.length} ${index}`));
  },
  'fill-buffers': async () => {
    for (;;) {
      kept.push(Buffer.alloc(20_000_000, 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  },
  'keep-buffers': (megabytes) => {
    kept.push(Buffer.alloc(Number(megabytes) * 1_000_000, 1));
    return process.pid;
  },
});
