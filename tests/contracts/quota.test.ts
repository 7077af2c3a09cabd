import { randomUUID } from 'node:crypto';
import { createQuota } from '../../shared/jobs/quota.ts';
import { describeOnServers } from '../store/test-servers.ts';
import { createSimulatedTime, describeQuota } from './quota-contract.ts';

describeOnServers('in two rows', (server) => {
  describeQuota(async () => {
    const database = await server().migrated();
    const time = createSimulatedTime();
    const shared = { database, model: randomUUID(), limits: { tokensPerMinute: 60_000, requestsPerMinute: 600 } };
    const another = (own = time) => createQuota({ ...shared, now: own.now, wait: own.wait });
    return { quota: another(), time, another };
  });
});
