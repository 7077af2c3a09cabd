import { describe, expect, test } from '@jest/globals';
import { readPackageSettings } from '../../manifest/package-settings.ts';

const BOT_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const complete = [
  '--origin=https://humphrey.example.gov.uk',
  `--bot-id=${BOT_ID}`,
  '--website-url=https://www.example.gov.uk/humphrey',
  '--privacy-url=https://www.example.gov.uk/privacy',
  '--terms-url=https://www.example.gov.uk/terms',
];

describe('the settings of a package', () => {
  test('without flags they are for trying out, and say so', () => {
    const { manifest, output, warnings } = readPackageSettings([]);
    expect(manifest).toMatchObject({ origin: 'https://localhost:3978', botId: '00000000-0000-0000-0000-000000000000', version: '1.0.0' });
    expect(output).toBe('package/humphrey.zip');
    expect(warnings).toEqual([
      'Its --origin is this computer, which nobody else can reach. Give the https address of your server.',
      'It has no --bot-id, so Teams cannot reach the bot. Give the Microsoft app id of your Azure Bot.',
      'It has no --website-url, --privacy-url, --terms-url: people who look for them find only https://localhost:3978/. Give the pages of your department.',
    ]);
  });

  test('with all that a department gives there is nothing to warn of', () => {
    expect(readPackageSettings(complete)).toMatchObject({
      manifest: { origin: 'https://humphrey.example.gov.uk', botId: BOT_ID },
      warnings: [],
    });
  });

  test('a page that is missing is named alone', () => {
    const withoutTerms = complete.filter((flag) => !flag.startsWith('--terms-url'));
    expect(readPackageSettings(withoutTerms).warnings).toEqual([
      'It has no --terms-url: people who look for them find only https://humphrey.example.gov.uk/. Give the pages of your department.',
    ]);
  });

  test('the app id stays the same from one package to the next, so that Teams updates the app', () => {
    expect(readPackageSettings(complete).manifest.appId).toBe(readPackageSettings([]).manifest.appId);
  });

  test('an origin is written the short way and in lower case', () => {
    expect(readPackageSettings(['--origin', 'https://HUMPHREY.example.gov.uk:443/']).manifest.origin).toBe(
      'https://humphrey.example.gov.uk',
    );
  });

  test.each([
    'http://humphrey.example.gov.uk',
    'humphrey.example.gov.uk',
    'https://humphrey.example.gov.uk/teams',
    'https://a:b@humphrey.example.gov.uk',
    'https://x.uk/?a=b',
    '',
  ])('the origin "%s" is refused with the form that is wanted', (origin) => {
    expect(() => readPackageSettings([`--origin=${origin}`])).toThrow('such as https://humphrey.example.gov.uk');
  });

  test('an id that is not one, a page that is not https and an unknown flag are refused by name', () => {
    expect(() => readPackageSettings(['--bot-id=humphrey'])).toThrow('--bot-id must be an id such as');
    expect(() => readPackageSettings(['--app-id', '123'])).toThrow('--app-id must be an id such as');
    expect(() => readPackageSettings(['--privacy-url=www.example.gov.uk'])).toThrow(
      '--privacy-url must be a https address; it is "www.example.gov.uk".',
    );
    expect(() => readPackageSettings(['--orign=https://humphrey.example.gov.uk'])).toThrow(/--orign[^]*You can give: --origin, --app-id/);
  });
});
