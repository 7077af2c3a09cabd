import { startChildPool } from '../../shared/pool/child-pool.ts';

/** A program of its own that uses a pool: prints its children, then ends or is killed, as its argument says. */
const pool = startChildPool({
  entry: new URL('./trial-jobs.ts', import.meta.url),
  size: 1,
  heapMegabytes: 64,
  residentMegabytes: 256,
  killAfterMilliseconds: 60_000,
});
const signal = new AbortController().signal;
console.log(await pool.run({ name: 'pid', input: undefined }, signal));
if (process.argv[2] === 'close') {
  await pool.close();
  console.log('closed');
}
if (process.argv[2] === 'stay-busy') await pool.run({ name: 'spin', input: Number(process.argv[3]) }, signal);
