import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Log } from '../shared/ports.ts';
import type { Host } from './host.ts';

// Compiled code is kept between starts, which halves their time; what follows is imported after it is on.
enableCompileCache(fileURLToPath(new URL('../.humphrey/compile-cache', import.meta.url)));
const [{ ConfigError, readConfig }, { createLog }, { HumphreyError }] = await Promise.all([
  import('./config.ts'),
  import('./log.ts'),
  import('../shared/errors.ts'),
]);

/** Reads the configuration, starts the host, says where it is, and stops it on a signal. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  // The database starts while the rest of the code is loaded.
  const store = import('./connect-store.ts').then(({ connectStore }) => connectStore(config.store, log));
  // A failure is told by the host, which waits for it.
  store.catch(() => undefined);
  const starting = import('./host.ts').then(({ startHost }) => startHost(config, { log, store }));
  // Before anything is said: whoever reads "ready" may stop it at once, and one that still starts must leave nothing behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopOn(signal, starting, log));
  const host = await starting.catch((cause: unknown) => {
    if (!isPortInUse(cause)) throw cause;
    throw new ConfigError(`Port ${config.port} is in use: stop what uses it, or set PORT to another one.`);
  });
  console.log(config.role === 'worker' ? `\n  Humphrey's worker is ready, with ${engineOf(host)}.\n` : addresses(host, config.offline));
  for (const warning of await host.warnings) console.warn(`\n  Warning: ${warning}\n`);
}

/** Stops in order; a second signal ends it at once. */
function stopOn(signal: NodeJS.Signals, starting: Promise<Host>, log: Log): void {
  process.once(signal, () => process.exit(1));
  const stopping = starting.then((host) => host.stop());
  void stopping.then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ cause: error instanceof Error ? error.name : 'unknown' }, 'not everything could be stopped in order');
      process.exit(1);
    },
  );
}

function addresses(host: Host, offline: boolean): string {
  return [
    '',
    `  Humphrey is ready, with ${engineOf(host)}.`,
    '',
    ...(offline ? [`  Start page           ${host.url}/`] : [`  Outlook pane         ${host.url}/taskpane.html`]),
    ...(offline ? [`  Outlook (simulated)  ${host.url}/demo/outlook`] : []),
    ...(host.playgroundUrl === undefined ? [] : [`  Teams (Playground)   ${host.playgroundUrl}`]),
    `  Bot endpoint         ${host.url}/api/messages`,
    '',
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}

function engineOf(host: Host): string {
  return host.engine.name === 'offline' ? 'the offline engine (key sentences, no AI)' : host.engine.model;
}

try {
  await main();
} catch (error) {
  // An expected failure says what to do: a setting, a port, the database's folder.
  if (error instanceof ConfigError || error instanceof HumphreyError) console.error(`\n  Humphrey did not start. ${error.message}\n`);
  else console.error('\n  Humphrey did not start.', error);
  process.exitCode = 1;
  // Children of a half-started host must not keep the process alive.
  setTimeout(() => process.exit(), 100).unref();
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
