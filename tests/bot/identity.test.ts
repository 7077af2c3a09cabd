import { describe, expect, test } from '@jest/globals';
import { developmentIdentity, noIdentity } from '../../bot/api/identity.ts';

const identify = developmentIdentity(() => 3978);

describe('the development identity', () => {
  test.each(['localhost:3978', '127.0.0.1:3978', '[::1]:3978', 'LOCALHOST:3978'])('is given on Host %s', (host) => {
    expect(identify({ host }).objectId).toBe('development');
    expect(identify({ host, origin: 'http://localhost:3978' }).objectId).toBe('development');
  });

  test.each([
    [{ host: 'evil.example' }],
    [{ host: 'localhost' }],
    [{ host: 'localhost:3979' }],
    [{ host: 'localhost:3978.evil.example' }],
    [{}],
    [{ host: 'localhost:3978', origin: 'https://localhost:3978' }],
    [{ host: 'localhost:3978', origin: 'http://localhost:3978.evil.example' }],
    [{ host: 'localhost:3978', origin: 'null' }],
  ])('is refused to %j', (headers) => {
    expect(() => identify(headers)).toThrow(/answers only/u);
  });
});

test('outside offline mode nobody passes without sign-in', () => {
  expect(() => noIdentity({ host: 'localhost:3978' })).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
});
