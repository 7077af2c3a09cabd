import { readFile } from 'node:fs/promises';

/**
 * Resident memory of another process in megabytes, or undefined where it cannot be told: the process has ended, or the
 * system is not Linux. (There, a child is held by its V8 heap and the time limit only; buffers are not counted. The
 * library pidusage tells it by starting `ps` or `wmic` for each look, which is dearer than the jobs it would watch.)
 * `status` rather than `statm`: it counts in kB whatever the machine's page size is.
 */
export async function residentMegabytesOf(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    // Mostly: it has just ended. No failed look (too many open files) is a reason to stop a job; the next one comes soon.
    return undefined;
  }
}
