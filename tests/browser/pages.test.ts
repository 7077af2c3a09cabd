import { describe, expect, test } from '@jest/globals';
import { createPages } from '../../bot/pages.ts';

const root = new URL('../../', import.meta.url);
const demo = createPages({ root, demo: true });
const real = createPages({ root, demo: false });

describe('the pages’ server side', () => {
  test('the pane takes office.js from Microsoft, and in the demo from npm', async () => {
    expect((await real.find('/taskpane.html'))?.body).toContain(
      '<script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script>',
    );
    const body = (await demo.find('/taskpane.html'))?.body;
    expect(body).not.toContain('appsforoffice');
    expect(body).toContain('<script src="/demo/office-js/office.js"></script>');
  });

  test('the pane’s policy admits our own scripts and Microsoft’s, the hosts that may frame it, and no inline anything', async () => {
    const headers = (await real.find('/taskpane.html'))?.headers;
    expect(headers?.['content-security-policy']?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com/ajax/3.5/MicrosoftAjax.js",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "frame-src 'none'",
      'frame-ancestors https://*.cloud.microsoft https://outlook.office.com https://outlook.office365.com https://teams.microsoft.com https://*.teams.microsoft.com',
      "base-uri 'none'",
      "form-action 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
    ]);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/html; charset=utf-8',
    });
    expect(headers).not.toHaveProperty('x-frame-options');
    expect((await demo.find('/taskpane.html'))?.headers['content-security-policy']).toContain(
      "frame-ancestors https://*.cloud.microsoft https://outlook.office.com https://outlook.office365.com https://teams.microsoft.com https://*.teams.microsoft.com 'self'",
    );
    expect((await demo.find('/'))?.headers['content-security-policy']).toContain("frame-ancestors 'self'");
  });

  test('the demo is served in the demo only', async () => {
    for (const address of [
      '/',
      '/demo/outlook',
      '/demo/outlook.js',
      '/demo/office-js/office.js',
      '/demo/office-js/AgaveErrorUX/index.html',
    ]) {
      expect((await demo.find(address))?.status).toBe(200);
      expect(await real.find(address)).toBeUndefined();
    }
  });

  test.each([
    '/demo/office-js/../package.json',
    '/demo/office-js/..%2fpackage.json',
    '/demo/office-js/en-gb/../../package.js',
    '/demo/office-js//etc/passwd.js',
    '/demo/office-js/office.d.ts',
    '/constructor',
    '/assets/../package.json',
    '/addin/taskpane/pane.tsx',
    '/demo/office-js/none.js',
  ])('nothing is served at %s', async (address) => {
    expect(await demo.find(address)).toBeUndefined();
  });

  test('a script is bundled once, has an ETag, and is not sent again to who has it', async () => {
    const [first, second] = await Promise.all([demo.find('/assets/taskpane.js'), demo.find('/assets/taskpane.js')]);
    expect(first).toBe(second);
    expect(first?.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' });
    const again = await demo.find('/assets/taskpane.js', first?.headers['etag']);
    expect(again).toMatchObject({ status: 304, body: '' });
    expect((await demo.find('/assets/taskpane.js', '"other"'))?.status).toBe(200);
  });

  test('a page that cannot be built fails each time it is asked for, and is not remembered', async () => {
    const nowhere = createPages({ root: '/nowhere', demo: true });
    await expect(nowhere.find('/assets/taskpane.js')).rejects.toThrow();
    await expect(nowhere.find('/assets/taskpane.js')).rejects.toThrow();
  });

  test('everything can be built ahead', async () => {
    await demo.warm();
    expect((await demo.find('/demo/start.js'))?.status).toBe(200);
  });
});
