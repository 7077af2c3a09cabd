import type { TeamsActivity } from './teams-activity.ts';

/** What an activity says about an earlier one, or about the conversation as a whole. */
export type Change = 'edited' | 'deleted' | 'removed';

/** Undefined for an activity that is something of its own. An edit and a deletion carry the id of the message they are about. */
export function readChange(activity: TeamsActivity): Change | undefined {
  switch (activity.type) {
    case 'messageUpdate':
      // A message that comes back after its deletion was stopped already, and is asked again by who wants it.
      return activity.channelData?.eventType === 'undeleteMessage' ? undefined : 'edited';
    case 'messageDelete':
      return 'deleted';
    case 'installationUpdate':
      // Not `remove-upgrade`, the first half of an update of the app: nobody has left.
      return activity.action === 'remove' ? 'removed' : undefined;
    case 'conversationUpdate':
      return (activity.membersRemoved ?? []).some((member) => member.id === activity.recipient.id) ? 'removed' : undefined;
    default:
      return undefined;
  }
}
