import { taskNames } from '../contract/task-request.ts';
import type { EngineInput } from '../ports.ts';
import { runJobs, type Job } from '../pool/run-jobs.ts';
import { taskNamed } from '../tasks/task-list.ts';

/** The entry of the offline engine's children: one job a task, by the task's name. The input comes from our own parent process. */
const jobs: Record<string, Job> = Object.fromEntries(
  taskNames.map((name) => [name, (input: unknown) => taskNamed(name).offline(input as EngineInput)]),
);

runJobs(jobs);
