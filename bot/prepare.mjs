// Runs before `npm start` and `npm test`, on whatever Node the machine has and with nothing installed:
// plain JavaScript, no dependencies. Installs the packages when they are missing or older than the lock file.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, 'package-lock.json');
const installedMark = join(root, 'node_modules', '.package-lock.json');

function stop(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  stop(
    `Humphrey needs Node ${OLDEST_NODE} or newer to install itself. This is Node ${process.versions.node}: install a newer one and try again.`,
  );
}

const upToDate = existsSync(installedMark) && statSync(installedMark).mtimeMs >= statSync(lockFile).mtimeMs;
if (!upToDate) {
  const npm = process.env.npm_execpath;
  if (!npm) stop('Run this through npm: `npm start` or `npm test`.');
  console.log('Installing packages (first time only, about a minute)…');
  // No install script of any package is needed, so none may run.
  const result = spawnSync(process.execPath, [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0)
    stop('The packages could not be installed. Check the network and that this folder can be written to, then run the same command again.');
  const now = new Date();
  utimesSync(installedMark, now, now);
}

// The server is TypeScript run as it is, which needs Node 24; npm brings that Node for the common platforms.
const brought = existsSync(join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'));
if (!brought && major < 24) {
  stop(`There is no packaged Node 24 for ${process.platform}-${process.arch}. Install Node 24 or newer and try again.`);
}
