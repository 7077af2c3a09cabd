import type { Clock, Log, ThreadReader } from '../shared/ports.ts';
import { gateTexts } from '../shared/trust/gate.ts';
import type { Config } from './config.ts';
import { createLocalThreadReader } from './teams/local-thread-reader.ts';
import { createTeamsSurface, type TeamsCore, type TeamsSurface } from './teams/teams-surface.ts';

/** The connector of Teams' commercial cloud; exact, since anyone may register a name under its suffix. */
const TEAMS_SERVICE_HOSTS = ['smba.trafficmanager.net'];

export interface TeamsParts extends Pick<TeamsCore, 'inbox' | 'memory' | 'answers'> {
  runTask: TeamsCore['runTask'];
  clock: Clock;
  log: Log;
  newId: () => string;
}

/** The Teams surface as the configuration asks for it: real Teams and Graph, or the demo's own thread. */
export async function connectTeams(config: Config, parts: TeamsParts): Promise<TeamsSurface> {
  const { appId, appPassword, tenantId, downloadHosts } = config.bot;
  const settings = {
    appId,
    ...(appPassword === undefined ? {} : { appPassword }),
    ...(tenantId === undefined ? {} : { tenantId, appType: 'SingleTenant' as const }),
    development: config.offline,
    allowedServiceUrls: TEAMS_SERVICE_HOSTS,
    allowedDownloadHosts: downloadHosts,
  };
  const demo = config.offline ? createLocalThreadReader(parts.clock) : undefined;
  const threadReader = demo ?? (await graphThreadReader({ appId, appPassword: appPassword ?? '', tenantId: tenantId ?? '' }));
  return createTeamsSurface(settings, { ...parts, threadReader, ...(demo ? { demo } : {}), checkEnvelope: gateTexts });
}

/** Loaded only where it is used: the library that signs in takes as long to load as the rest of the bot. */
async function graphThreadReader(identity: { appId: string; appPassword: string; tenantId: string }): Promise<ThreadReader> {
  const [{ createGraphThreadReader }, { createGraphToken }] = await Promise.all([
    import('./teams/graph-thread-reader.ts'),
    import('./teams/graph-token.ts'),
  ]);
  return createGraphThreadReader({ appId: identity.appId, getToken: createGraphToken(identity) });
}
