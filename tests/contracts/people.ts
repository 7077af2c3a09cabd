import { randomUUID } from 'node:crypto';
import type { Asker } from '../../shared/ports.ts';

/** Two people of one department, and one of another with the first one's object id; departments that no other test knows. */
export function createPeople(): { sam: Asker; alex: Asker; samElsewhere: Asker } {
  const tenantId = randomUUID();
  return {
    sam: { tenantId, objectId: 'o1' },
    alex: { tenantId, objectId: 'o2' },
    samElsewhere: { tenantId: randomUUID(), objectId: 'o1' },
  };
}
