import { afterEach, describe, expect, test } from '@jest/globals';
import { personalMessage } from '../teams/activities.ts';
import { startHarness, type SurfaceHarness } from '../teams/surface-harness.ts';

describe('a personal chat', () => {
  let harness: SurfaceHarness;
  afterEach(() => harness.close());

  test('a text is acknowledged at once and answered in the placeholder’s place', async () => {
    harness = await startHarness();
    const sent = await harness.post(personalMessage({ serviceUrl: harness.connector.url, text: 'Summarise the plan' }));
    expect(sent.status).toBe(200);
    await harness.surface.idle();
    const [placeholder, answer] = harness.connector.messages();
    console.log(JSON.stringify(harness.connector.calls, null, 1).slice(0, 6000), harness.logged);
    expect(placeholder).toMatchObject({ method: 'POST', body: { text: 'Working on it…' } });
    expect(answer).toMatchObject({ method: 'PUT', activity: 'message-2' });
  });
});
