import { CloudAdapter, ConfigurationBotFrameworkAuthentication, type Activity, type InvokeResponse, type TurnContext } from 'botbuilder';
import {
  ATTEMPT_DEADLINE_MILLISECONDS,
  CALL_DEADLINE_MILLISECONDS,
  mendConnectorPipeline,
  type ConnectorPipeline,
  type Deadlines,
} from './connector-policies.ts';
import { mendEntities } from './mend-entities.ts';

/** How the bot proves who it is to the Bot Framework, and how it checks who calls. */
export interface BotIdentity {
  /** '' in development only: the SDK then checks nobody. */
  appId: string;
  appPassword?: string;
  appType?: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  tenantId?: string;
  /** Where the Bot Framework's signing keys are read from; for trials against keys of our own. Default: Microsoft's. */
  openIdMetadataUrl?: string;
}

/**
 * The SDK's CloudAdapter with its outbound faults mended. `receive` stands in for `process`, which prints errors (with
 * content) to the console, answers with internal error text, and holds the HTTP request open.
 */
export class TeamsAdapter extends CloudAdapter {
  /** Authenticates, then runs `logic`. Throws the SDK's AuthenticationError where the token does not hold. */
  async receive(
    authorization: string,
    activity: Partial<Activity>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(authorization, activity as Activity, logic);
  }
}

/** The adapter for one bot identity, with the wire mends in place. */
export function createTeamsAdapter(identity: BotIdentity, deadlines: Partial<Deadlines> = {}): TeamsAdapter {
  mendEntities();
  const authentication = new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppId: identity.appId,
    ...(identity.appPassword === undefined ? {} : { MicrosoftAppPassword: identity.appPassword }),
    ...(identity.tenantId === undefined ? {} : { MicrosoftAppTenantId: identity.tenantId }),
    MicrosoftAppType: identity.appType ?? (identity.tenantId === undefined ? 'MultiTenant' : 'SingleTenant'),
    ...(identity.openIdMetadataUrl === undefined ? {} : otherKeys(identity.openIdMetadataUrl)),
  });
  const adapter = new TeamsAdapter(authentication);
  const limits = { attemptMilliseconds: ATTEMPT_DEADLINE_MILLISECONDS, callMilliseconds: CALL_DEADLINE_MILLISECONDS, ...deadlines };
  // A new client is made for each turn, so each is mended as its turn begins.
  adapter.use(async (context, next) => {
    mendConnectorPipeline(connectorOf(context, adapter).client.pipeline, limits);
    await next();
  });
  return adapter;
}

/** The SDK takes one of these settings only with all the others, which are Microsoft's own here. */
function otherKeys(openIdMetadataUrl: string): Record<string, string> {
  return {
    ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
    ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
    OAuthUrl: 'https://token.botframework.com',
    CallerId: 'urn:botframework:azure',
    ValidateAuthority: 'true',
  };
}

interface ConnectorClientParts {
  client: { pipeline: ConnectorPipeline };
}

function connectorOf(context: TurnContext, adapter: TeamsAdapter): ConnectorClientParts {
  const client: unknown = context.turnState.get(adapter.ConnectorClientKey);
  if (!client) throw new Error('botbuilder made no connector client for this turn.');
  return client as ConnectorClientParts;
}
