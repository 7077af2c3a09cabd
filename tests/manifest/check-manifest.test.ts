import { beforeEach, describe, expect, test } from '@jest/globals';
import { createManifest, ICON_PATH } from '../../manifest/app.ts';
import { checkManifest } from '../../manifest/check-manifest.ts';
import { writePng } from '../../manifest/png.ts';
import type { RibbonButton, Runtime, UnifiedManifest } from '../../manifest/unified-manifest.ts';
import { exampleSettings } from './example-settings.ts';

const square = (size: number) => writePng({ width: size, height: size, pixels: new Uint8Array(size * size * 4) });
const iconAddress = (name: string) => `${exampleSettings.origin}${ICON_PATH}${name}`;

let manifest: UnifiedManifest;
let packed: Map<string, Uint8Array>;
let served: Map<string, Uint8Array>;
beforeEach(() => {
  manifest = createManifest(exampleSettings);
  packed = new Map([
    ['icons/colour-192.png', square(192)],
    ['icons/outline-32.png', square(32)],
    ['cy.json', Buffer.from('{ "name.short": "Humphrey" }')],
  ]);
  served = new Map(
    ['humphrey', 'summarise', 'draft-reply'].flatMap((name) =>
      [16, 32, 80].map((size): [string, Uint8Array] => [iconAddress(`${name}-${size}.png`), square(size)]),
    ),
  );
});

const faults = () => checkManifest(manifest, { packed, served });

function firstButton(): RibbonButton {
  const button = manifest.extensions[0]?.ribbons[0]?.tabs[0]?.groups[0]?.controls[0];
  if (!button) throw new Error('the manifest has no button');
  return button;
}

function firstRuntime(): Runtime {
  const runtime = manifest.extensions[0]?.runtimes[0];
  if (!runtime) throw new Error('the manifest has no runtime');
  return runtime;
}

describe('what the validator misses', () => {
  test('nothing is wrong with the manifest as it is', () => {
    expect(faults()).toEqual([]);
  });

  test('a button whose action no runtime has', () => {
    firstButton().actionId = 'summarize';
    expect(faults()).toEqual([
      'The button "read-summarise" starts the action "summarize", which no runtime has. The actions are: open, summarise, draft-reply.',
    ]);
  });

  test('two runtimes, actions or buttons of the same id, each named once', () => {
    firstRuntime().id = 'pane-summarise';
    firstRuntime().actions.push({ id: 'summarise', type: 'openPage', view: 'open', pinnable: true });
    firstButton().id = 'read-open';
    expect(faults()).toEqual([
      'Two runtimes have the id "pane-summarise". Give each its own.',
      'Two actions have the id "summarise". Give each its own.',
      'Two buttons have the id "read-open". Give each its own.',
    ]);
  });

  test('an icon of the package that is missing', () => {
    packed.delete('icons/colour-192.png');
    expect(faults()).toEqual(['The icon icons/colour-192.png is missing. Run: node manifest/draw-icons.ts']);
  });

  test('an icon of the package that has the wrong size', () => {
    packed.set('icons/outline-32.png', square(64));
    expect(faults()).toEqual(['The icon icons/outline-32.png is 64 × 64 pixels; it must be 32 × 32.']);
  });

  test('an icon that is square on one side only', () => {
    packed.set('icons/outline-32.png', writePng({ width: 32, height: 31, pixels: new Uint8Array(32 * 31 * 4) }));
    expect(faults()).toEqual(['The icon icons/outline-32.png is 32 × 31 pixels; it must be 32 × 32.']);
  });

  test('an icon that is not a PNG file, however short', () => {
    packed.set('icons/outline-32.png', Buffer.from('GIF89a'));
    packed.set('icons/colour-192.png', square(192).subarray(4));
    expect(faults()).toEqual(['The icon icons/colour-192.png is not a PNG file.', 'The icon icons/outline-32.png is not a PNG file.']);
  });

  test('a ribbon icon that the server does not have, or has in another size, named once however many buttons show it', () => {
    served.delete(iconAddress('humphrey-16.png'));
    served.set(iconAddress('humphrey-80.png'), square(64));
    expect(faults()).toEqual([
      `The icon ${iconAddress('humphrey-16.png')} is missing. Run: node manifest/draw-icons.ts`,
      `The icon ${iconAddress('humphrey-80.png')} is 64 × 64 pixels; it must be 80 × 80.`,
    ]);
  });

  test('a button without one of the sizes that Outlook needs', () => {
    firstButton().icons = firstButton().icons.filter(({ size }) => size !== 80);
    expect(faults()).toEqual(['"read-summarise" has no icon of 80 pixels, which Outlook needs.']);
  });

  test('a page outside the valid domains, by name or by port', () => {
    firstRuntime().code.page = 'https://humphrey.example.com/taskpane.html';
    expect(faults()).toEqual([
      'extensions[0].runtimes[0].code.page is at humphrey.example.com, which is not in validDomains (humphrey.example.gov.uk).',
    ]);
    firstRuntime().code.page = 'https://humphrey.example.gov.uk:8443/';
    expect(faults()).toEqual([
      'extensions[0].runtimes[0].code.page is at humphrey.example.gov.uk:8443, which is not in validDomains (humphrey.example.gov.uk).',
    ]);
  });

  test('a wildcard domain covers names below it, and not one that merely ends the same', () => {
    manifest.validDomains = ['*.example.gov.uk'];
    expect(faults()).toEqual([]);
    firstRuntime().code.page = 'https://notexample.gov.uk/';
    expect(faults()).toHaveLength(1);
  });

  test('an address that is not https, or no address at all', () => {
    firstRuntime().code.page = 'http://humphrey.example.gov.uk/taskpane.html';
    expect(faults()).toEqual(['extensions[0].runtimes[0].code.page must begin with https: http://humphrey.example.gov.uk/taskpane.html']);
    firstRuntime().code.page = 'https://humphrey example/';
    expect(faults()).toEqual(['extensions[0].runtimes[0].code.page is not an address: https://humphrey example/']);
  });

  test('a bot that is not the app that Teams gives the permissions to', () => {
    for (const bot of manifest.bots) bot.botId = exampleSettings.appId;
    expect(faults()).toEqual([
      `The bot is ${exampleSettings.appId}, but webApplicationInfo names ${exampleSettings.botId}. They must be the same, or the bot cannot read the threads that Teams lets the app read.`,
    ]);
  });

  test("a resource that is another app's", () => {
    manifest.webApplicationInfo.resource = `api://botid-${exampleSettings.appId}`;
    expect(faults()).toEqual([
      `webApplicationInfo.resource must end with ${exampleSettings.botId}; it is api://botid-${exampleSettings.appId}.`,
    ]);
  });

  test.each(['0.9.0', '1.0', '1.0.0-beta', 'one'])('the version %s, which Microsoft refuses', (version) => {
    manifest.version = version;
    expect(faults()).toEqual([`The version is ${version}. It must be three numbers, 1.0.0 or above: Microsoft refuses less.`]);
  });

  test('words that are too long, in the manifest and in another language', () => {
    firstButton().supertip.description = 'x'.repeat(251);
    const path = 'extensions[0].ribbons[0].tabs[0].groups[0].controls[0].supertip.description';
    packed.set('cy.json', Buffer.from(JSON.stringify({ 'description.short': 'x'.repeat(81), [path]: 'x'.repeat(250) })));
    expect(faults()).toEqual([
      `${path} in manifest.json has 251 characters; 250 are allowed.`,
      'description.short in cy.json has 81 characters; 80 are allowed.',
    ]);
  });

  test('a language file that is missing, or translates what is not there', () => {
    packed.set('cy.json', Buffer.from('{ "$schema": "x", "bots[0].commandLists[3].commands[0].title": "Crynhoi" }'));
    expect(faults()).toEqual(['cy.json translates bots[0].commandLists[3].commands[0].title, which the manifest does not have.']);
    packed.delete('cy.json');
    expect(faults()).toEqual(['The file cy.json of localizationInfo is missing.']);
  });
});
