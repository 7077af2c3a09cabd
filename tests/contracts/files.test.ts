import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { createMemoryFiles } from '../../shared/store/memory-store.ts';
import { openKeyFile } from '../../shared/store/key-file-wrapper.ts';
import { createPostgresFiles } from '../../shared/store/postgres-files.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { describeOnServers } from '../store/test-servers.ts';
import { describeFiles } from './files-contract.ts';

const MEGABYTE = 1024 * 1024;
const folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));

afterAll(() => rm(folder, { recursive: true }));

describe('in memory', () => {
  describeFiles(
    () => {
      const clock = createFakeClock();
      return Promise.resolve({ files: createMemoryFiles(clock, randomUUID), move: clock.move });
    },
    { bytes: 50 * MEGABYTE, files: 5 },
  );
});

describeOnServers('in sealed rows', (server) => {
  describeFiles(
    async () => {
      const clock = createFakeClock();
      const database = await server().migrated();
      return {
        files: createPostgresFiles({
          database,
          clock,
          newId: randomUUID,
          personBytes: 60 * MEGABYTE,
          wrapper: await openKeyFile(join(folder, 'keys')),
        }),
        move: clock.move,
      };
    },
    { bytes: 20 * MEGABYTE, files: 4 },
  );
});
