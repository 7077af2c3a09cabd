import type { TaskName, TextSource } from '../../shared/contract/task-request.ts';
import type { Asker } from '../../shared/ports.ts';

/** A file the person attached in a personal chat: `downloadUrl` is pre-authorised and short-lived. */
export interface OfferedFile {
  name: string;
  downloadUrl: string;
}

/** The channel thread in which Humphrey was mentioned. `groupId` is the team's Entra group, where the activity names it. */
export interface MentionedThread {
  teamId: string;
  groupId?: string;
  channelId: string;
  rootMessageId: string;
}

/** A person asks for something. */
export interface AskTurn {
  kind: 'ask';
  asker: Asker;
  /** The person's own words, mentions taken out; '' when everything was material. */
  instruction: string;
  /** Material that the person pasted into the message. */
  pasted: TextSource[];
  files: OfferedFile[];
  /** What was attached and can't be read, a sentence each. */
  notes: string[];
  thread?: MentionedThread;
  /** The demo's sample thread was asked for. */
  sample?: true;
}

/** What one activity means to Humphrey, in our own words: nothing of botbuilder goes further than this. */
export type Turn =
  | AskTurn
  | { kind: 'choice'; asker: Asker; pending: string; task: TaskName }
  | { kind: 'cancel'; asker: Asker }
  | { kind: 'help'; asker: Asker }
  | { kind: 'welcome'; scope: Scope }
  /** Not for us: forgotten at once. */
  | { kind: 'dropped'; reason: 'own-echo' | 'not-mentioned' | 'nothing-said' | 'other-type' | 'no-person' };

export type Scope = 'personal' | 'groupChat' | 'channel';
