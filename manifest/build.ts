import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { asHumphreyError, HumphreyError } from '../shared/errors.ts';
import { createManifest, ICON_PATH, translations, type ManifestSettings } from './app.ts';
import { checkManifest, type PackageFiles } from './check-manifest.ts';
import { createLocalisation } from './create-localisation.ts';
import { readPackageSettings, type PackageSettings } from './package-settings.ts';
import type { UnifiedManifest } from './unified-manifest.ts';

/** `npm run package`: makes the package that an administrator uploads, or says in sentences why it cannot. */

/** Lines of the validator's own words that are shown: after the first it repeats the whole manifest. */
const SHOWN_LINES = 12;
const microsoftTool = createRequire(import.meta.url).resolve('office-addin-manifest/cli.js');

function readIcons(): Map<string, Uint8Array> {
  const folder = join(import.meta.dirname, 'icons');
  const names = readdirSync(folder).filter((name) => name.endsWith('.png'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

function gatherFiles(settings: ManifestSettings, manifest: UnifiedManifest): PackageFiles {
  const icons = readIcons();
  const packedIcons = [...icons].map(([name, bytes]): [string, Uint8Array] => [`icons/${name}`, bytes]);
  const languages = translations.map(({ file, words }): [string, Uint8Array] => [
    file,
    Buffer.from(asJson(createLocalisation(settings, words))),
  ]);
  const packed = new Map([...packedIcons.filter(([path]) => Object.values(manifest.icons).includes(path)), ...languages]);
  return { packed, served: new Map([...icons].map(([name, bytes]) => [`${settings.origin}${ICON_PATH}${name}`, bytes])) };
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Runs Microsoft's own tool in a child process, on this Node; throws with its words when it refuses. */
function runMicrosoftTool(args: string[], failure: string): void {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [microsoftTool, ...args], { encoding: 'utf8' });
  if (status === 0) return;
  const words = `${stdout}${stderr}${error?.message ?? ''}`.trim().split('\n').slice(0, SHOWN_LINES).join('\n');
  throw new HumphreyError('internal-error', `${failure}\n${words}`);
}

/** Writes, checks and packs in a folder of its own, so that nothing half-made is ever at `output`. */
function makePackage({ manifest: settings, output }: PackageSettings, folder: string): void {
  const manifest = createManifest(settings);
  const files = gatherFiles(settings, manifest);
  const manifestPath = join(folder, 'manifest.json');
  writeFileSync(manifestPath, asJson(manifest));
  for (const [path, bytes] of files.packed) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }

  const faults = checkManifest(manifest, files);
  if (faults.length > 0)
    throw new HumphreyError('internal-error', `The package was not made:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  runMicrosoftTool(['validate', manifestPath], "The package was not made. Microsoft's validator refuses the manifest:");

  const packed = join(folder, 'humphrey.zip');
  runMicrosoftTool(['export', '-m', manifestPath, '-o', packed], "The package was not made. Microsoft's packer says:");
  if (!existsSync(packed)) throw new HumphreyError('internal-error', "The package was not made: Microsoft's packer wrote no file.");
  mkdirSync(dirname(resolve(output)), { recursive: true });
  writeFileSync(output, readFileSync(packed));
}

function report({ manifest, output, warnings }: PackageSettings): string {
  const lines = [
    `Made ${output}: Humphrey ${manifest.version} for Teams, and for Outlook on the web and on Windows.`,
    `  --origin   ${manifest.origin}`,
    `  --app-id   ${manifest.appId}`,
    `  --bot-id   ${manifest.botId}`,
    ...(warnings.length > 0 ? ['', 'Only fit for trying out:', ...warnings.map((warning) => `- ${warning}`)] : []),
    '',
    'Next, as an administrator:',
    `1. In the Azure portal, set the bot's messaging endpoint to ${manifest.origin}/api/messages and turn on its Teams channel.`,
    '2. In the Microsoft 365 admin centre, choose Settings, Integrated apps, Upload custom apps, and give it this file.',
    '   (For Teams alone: the Teams admin centre, Manage apps, Upload new app.)',
    '3. A team’s owner who adds Humphrey agrees that it may read the messages of that team’s channels.',
  ];
  return lines.join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'humphrey-package-'));
try {
  const settings = readPackageSettings(process.argv.slice(2));
  makePackage(settings, folder);
  console.log(report(settings));
} catch (thrown) {
  const error = asHumphreyError(thrown);
  console.error(error.message);
  // What nobody expected keeps its own words: this is a tool for developers, and the paths in it are theirs.
  if (error.cause instanceof Error && error.code === 'internal-error') console.error(error.cause.stack);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
