import { startPlayground } from '../../bot/playground.ts';

/** A process that starts a Playground on the port it is given, says so, and stays: for a test that kills it. */
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
await startPlayground({ botUrl: 'http://127.0.0.1:9', port: Number(process.argv[2]), log: silent });
process.stdout.write('up\n');
