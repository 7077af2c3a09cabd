import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkManifest } from '../../manifest/check-manifest.ts';
import type { UnifiedManifest } from '../../manifest/unified-manifest.ts';
import { readZip } from './read-zip.ts';

const script = join(import.meta.dirname, '../../manifest/build.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'humphrey package '));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function build(...flags: string[]) {
  return spawnSync(process.execPath, [script, ...flags], { cwd: folder, encoding: 'utf8' });
}

describe('making the package', () => {
  test('writes manifest, icons and Welsh words to a zip, below a folder that did not exist and has a space in its name', () => {
    const { status, stderr, stdout } = build('--origin=https://humphrey.example.gov.uk', '--output=made here/humphrey.zip');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Made made here/humphrey.zip');

    const files = readZip(readFileSync(join(folder, 'made here', 'humphrey.zip')));
    expect([...files.keys()].sort()).toEqual(['cy.json', 'icons/colour-192.png', 'icons/outline-32.png', 'manifest.json']);
    const manifest = JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '') as UnifiedManifest;
    expect(manifest.validDomains).toEqual(['humphrey.example.gov.uk']);
    expect(JSON.parse(files.get('cy.json')?.toString('utf8') ?? '')).toMatchObject({
      'name.full': 'Humphrey, cynorthwyydd i weision sifil',
    });
    const servedOnly = checkManifest(manifest, { packed: files, served: new Map() }).filter((fault) => !fault.includes('/assets/icons/'));
    expect(servedOnly).toEqual([]);
  });

  test('without flags still makes one, and says what it is not fit for and what an administrator does next', () => {
    const { status, stdout } = build();
    expect(status).toBe(0);
    expect(existsSync(join(folder, 'package', 'humphrey.zip'))).toBe(true);
    expect(stdout).toContain('Only fit for trying out:');
    expect(stdout).toContain('Integrated apps, Upload custom apps');
  });

  test('a wrong flag ends in a sentence, not in a stack, and nothing is written', () => {
    const { status, stderr } = build('--origin=http://humphrey.example.gov.uk');
    expect(status).toBe(1);
    expect(stderr).toContain('--origin must be the https address of your server');
    expect(stderr).not.toContain('    at ');
    expect(existsSync(join(folder, 'package'))).toBe(false);
  });

  test('every fault that our own checks find is listed at once', () => {
    const { status, stderr } = build('--version=0.1.0', `--developer=${'Department '.repeat(4)}`);
    expect(status).toBe(1);
    expect(stderr).toBe(
      [
        'The package was not made:',
        '- The version is 0.1.0. It must be three numbers, 1.0.0 or above: Microsoft refuses less.',
        '- developer.name in manifest.json has 44 characters; 32 are allowed.',
        '',
      ].join('\n'),
    );
  });
});
