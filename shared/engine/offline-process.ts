import type { EngineInput } from '../ports.ts';
import { runJobs, type Job } from '../pool/run-jobs.ts';
import { offlineWays } from '../tasks/offline/offline-ways.ts';

/** The entry of the offline engine's children: one job a task, by the task's name. The input comes from our own parent process. */
const jobs: Record<string, Job> = Object.fromEntries(
  Object.entries(offlineWays).map(([name, way]) => [name, (input: unknown) => way(input as EngineInput)]),
);

runJobs(jobs);
