import { HumphreyError } from '../../shared/errors.ts';
import { allowedUrl } from './allowed-address.ts';
import { envelopeTexts, readActivity, tenantOf } from './read-activity.ts';
import type { TeamsActivity } from './teams-activity.ts';
import type { Turn } from './turn.ts';

export interface AdmissionRules {
  development: boolean;
  serviceHosts: string[];
  /** Where set, the only tenant that is served. */
  tenantId: string | undefined;
  checkEnvelope: (texts: string[]) => void;
}

/** `refused`: the caller is not who we serve. `say`: only this sentence may be kept of it. */
export type ActivityAdmission = { turn: Turn } | { refused: string } | { say: string };

/**
 * What may become of an authenticated activity, in this order: what is not for us is dropped, the serviceUrl is pinned,
 * the tenant is checked, and the marking gate looks at words and names before anything is queued.
 */
export function admitActivity(activity: TeamsActivity, rules: AdmissionRules): ActivityAdmission {
  const turn = readActivity(activity, rules.development);
  if (turn.kind === 'dropped') return { turn };
  const addressRule = { hosts: rules.development ? [] : rules.serviceHosts, development: rules.development };
  if (!allowedUrl(activity.serviceUrl, addressRule)) return { refused: 'This serviceUrl is not one that the bot answers to.' };
  if (!rules.development && rules.tenantId !== undefined && tenantOf(activity) !== rules.tenantId)
    return { refused: 'This bot does not serve that tenant.' };
  try {
    rules.checkEnvelope(envelopeTexts(activity));
  } catch (thrown) {
    if (thrown instanceof HumphreyError) return { say: thrown.message };
    throw thrown;
  }
  return { turn };
}
