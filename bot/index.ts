import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Host } from './host.ts';

// Compiled code is kept between starts, which halves their time; what follows is imported after it is on.
enableCompileCache(fileURLToPath(new URL('../.humphrey/compile-cache', import.meta.url)));
const { ConfigError, readConfig } = await import('./config.ts');
const { startHost } = await import('./host.ts');
const { createLog } = await import('./log.ts');

/** Reads the configuration, starts the host, says where it is, and stops it on a signal. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const host = await startHost(config, { log: createLog(config.logLevel) }).catch((cause: unknown) => {
    if (!isPortInUse(cause)) throw cause;
    throw new ConfigError(`Port ${config.port} is in use: stop what uses it, or set PORT to another one.`);
  });
  console.log(addresses(host, config.offline));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A second signal ends it at once.
      process.once(signal, () => process.exit(1));
      void host.stop().then(() => process.exit(0));
    });
  }
  for (const warning of await host.warnings) console.warn(`\n  Warning: ${warning}\n`);
}

function addresses(host: Host, offline: boolean): string {
  const engine = host.engine.name === 'offline' ? 'offline engine (key sentences, no AI)' : host.engine.model;
  return [
    '',
    `  Humphrey is ready, with the ${engine}.`,
    '',
    `  Start page           ${host.url}/`,
    ...(offline ? [`  Outlook (simulated)  ${host.url}/demo/outlook`] : []),
    ...(host.playgroundUrl === undefined ? [] : [`  Teams (Playground)   ${host.playgroundUrl}`]),
    `  Bot endpoint         ${host.url}/api/messages`,
    '',
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) console.error(`\n  Humphrey did not start. ${error.message}\n`);
  else console.error('\n  Humphrey did not start.', error);
  process.exitCode = 1;
  // Children of a half-started host must not keep the process alive.
  setTimeout(() => process.exit(), 100).unref();
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
