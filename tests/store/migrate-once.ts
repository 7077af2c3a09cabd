import { openDatabase } from '../../shared/store/database.ts';

/** A process that migrates the database of its argument, as each process does at its start. */
const database = openDatabase({
  url: process.argv[2] ?? '',
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
await database.migrate();
process.stdout.write(`ready ${String(await database.isReady())}`);
await database.close();
