import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { createMemoryResults } from '../../shared/store/memory-store.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { createPostgresResults } from '../../shared/store/postgres-results.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { describeOnServers } from '../store/test-servers.ts';
import { describeResults } from './results-contract.ts';

const folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));

afterAll(() => rm(folder, { recursive: true }));

describe('in memory', () => {
  describeResults(() => {
    const clock = createFakeClock();
    return Promise.resolve({ results: createMemoryResults(clock), move: clock.move });
  });
});

describeOnServers('in sealed rows', (server) => {
  describeResults(async () => {
    const clock = createFakeClock();
    const database = await server().migrated();
    return { results: createPostgresResults({ database, clock, wrapper: await openKeyFile(join(folder, 'keys')) }), move: clock.move };
  });
});
