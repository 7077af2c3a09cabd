import type { Clock, Log } from '../shared/ports.ts';
import { gateTexts } from '../shared/trust/gate.ts';
import type { Config } from './config.ts';
import { createGraphThreadReader } from './teams/graph-thread-reader.ts';
import { createGraphToken } from './teams/graph-token.ts';
import { createLocalThreadReader } from './teams/local-thread-reader.ts';
import { createTeamsSurface, type TeamsCore, type TeamsSurface } from './teams/teams-surface.ts';

/** The connector of Teams' commercial cloud; exact, since anyone may register a name under its suffix. */
const TEAMS_SERVICE_HOSTS = ['smba.trafficmanager.net'];

export interface TeamsParts {
  runTask: TeamsCore['runTask'];
  clock: Clock;
  log: Log;
  newId: () => string;
}

/** The Teams surface as the configuration asks for it: real Teams and Graph, or the demo's own thread. */
export function connectTeams(config: Config, parts: TeamsParts): TeamsSurface {
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
  const threadReader = demo ?? createGraphThreadReader({ appId, getToken: createGraphToken({ appId, appPassword: appPassword ?? '', tenantId: tenantId ?? '' }) });
  return createTeamsSurface(settings, { ...parts, threadReader, ...(demo ? { demo } : {}), checkEnvelope: gateTexts });
}
