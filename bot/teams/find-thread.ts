import { setTimeout as wait } from 'node:timers/promises';
import { TeamsInfo, type TurnContext } from 'botbuilder';
import { HumphreyError } from '../../shared/errors.ts';
import type { ThreadPlace } from '../../shared/ports.ts';
import type { MentionedThread } from './turn.ts';

/** Teams whose group id is kept: a department has a few thousand. */
const MAX_KNOWN_TEAMS = 5_000;
const TEAM_DEADLINE_MILLISECONDS = 10_000;

export type ThreadFinder = (context: TurnContext, thread: MentionedThread) => Promise<ThreadPlace>;

/** Completes a thread's place with the team's Entra group id, which Teams names in some activities only; else it is asked for. */
export function createThreadFinder(): ThreadFinder {
  const groups = new Map<string, string>();
  return async (context, thread) => {
    const groupId = thread.groupId ?? groups.get(thread.teamId) ?? (await askForGroup(context, thread.teamId));
    groups.set(thread.teamId, groupId);
    const [oldest] = groups.keys();
    if (groups.size > MAX_KNOWN_TEAMS && oldest !== undefined) groups.delete(oldest);
    return { teamId: groupId, channelId: thread.channelId, rootMessageId: thread.rootMessageId };
  };
}

async function askForGroup(context: TurnContext, teamId: string): Promise<string> {
  const unknown =
    'I could not find out which team this channel belongs to, so I could not read the thread. Try again, or paste the text to me.';
  try {
    // The SDK's own client for this call has no deadline.
    const details = await Promise.race([
      TeamsInfo.getTeamDetails(context, teamId),
      wait(TEAM_DEADLINE_MILLISECONDS, undefined, { ref: false }),
    ]);
    if (details?.aadGroupId) return details.aadGroupId;
  } catch (cause) {
    throw new HumphreyError('unreadable', unknown, { cause });
  }
  throw new HumphreyError('unreadable', unknown);
}
