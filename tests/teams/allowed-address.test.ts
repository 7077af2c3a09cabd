import { describe, expect, test } from '@jest/globals';
import { allowedUrl, isPublicAddress } from '../../bot/teams/allowed-address.ts';

const rule = { hosts: ['smba.trafficmanager.net', 'Contoso.sharepoint.com'], development: false };

describe('addresses that may be called', () => {
  test.each([
    'https://smba.trafficmanager.net/uk/',
    'https://smba.trafficmanager.net:443/uk',
    'https://contoso.sharepoint.com/x?token=1',
    'https://CONTOSO.sharepoint.com./x',
  ])('%s', (url) => {
    expect(allowedUrl(url, rule)).toBeInstanceOf(URL);
  });

  test.each([
    'http://smba.trafficmanager.net/uk/',
    'https://evil.trafficmanager.net/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://user@smba.trafficmanager.net/',
    'https://smba.trafficmanager.net:8443/',
    'https://smba.trafficmanager.net\\@evil.example/',
    'https://other.sharepoint.com/',
    'ftp://smba.trafficmanager.net/',
    'file:///etc/passwd',
    'http://127.0.0.1:3978/',
    'http://localhost/',
    'smba.trafficmanager.net',
    '',
  ])('not %s', (url) => {
    expect(allowedUrl(url, rule)).toBeUndefined();
  });

  test('in development also http on this machine, and nothing else over http', () => {
    const development = { hosts: [], development: true };
    expect(allowedUrl('http://localhost:56150/_connector', development)).toBeInstanceOf(URL);
    expect(allowedUrl('http://127.0.0.1:1/', development)).toBeInstanceOf(URL);
    expect(allowedUrl('http://127.0.0.1.evil.example/', development)).toBeUndefined();
    expect(allowedUrl('http://192.168.0.1/', development)).toBeUndefined();
    expect(allowedUrl('https://smba.trafficmanager.net/', development)).toBeUndefined();
  });
});

describe('public addresses', () => {
  test.each(['13.107.136.10', '2620:1ec:8f8::10'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  test.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '192.168.1.1',
    '172.31.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '64:ff9b::a00:1',
    'not-an-address',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
