import { spawn } from 'node:child_process';
import { once } from 'node:events';

const RUNS = 5;

/** Seconds from `npm start` to the printed address, packages already installed: median, and the longest of five. */
export async function benchStartUp(): Promise<{ median: number; max: number }> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run += 1) seconds.push(await startOnce());
  seconds.sort((a, b) => a - b);
  return { median: seconds[Math.floor(RUNS / 2)] ?? NaN, max: seconds.at(-1) ?? NaN };
}

async function startOnce(): Promise<number> {
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, PORT: '0', PLAYGROUND: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes('Humphrey is ready')) break;
  }
  const seconds = (performance.now() - begun) / 1000;
  // npm passes no signal on; the whole group is ours.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  return seconds;
}

if (process.argv[1] === import.meta.filename) console.log(await benchStartUp());
