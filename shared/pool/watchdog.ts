import { workerData } from 'node:worker_threads';

/** How often a child looks whether its parent still lives. */
const LOOK_MILLISECONDS = 1_000;

const { parent } = workerData as { parent: number };

setInterval(() => {
  // An orphan is handed to another process, so its parent's id changes.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_MILLISECONDS);
