/** Every word of the packages that a person reads, once per language. */
export interface Words {
  /** At most 30 characters. */
  shortName: string;
  /** At most 100 characters. */
  fullName: string;
  /** At most 80 characters. */
  shortDescription: string;
  /** At most 4,000 characters. */
  fullDescription: string;
  personalCommands: Command[];
  groupChatCommands: Command[];
  teamCommands: Command[];
  ribbon: { group: string; summarise: Button; draftReply: Button; openBesideMail: Button; openBesideDraft: Button };
}

/** A suggestion in the box where a person writes to Humphrey; `prompt` is what choosing it writes there. */
export interface Command {
  title: string;
  description: string;
  prompt: string;
}

/** A ribbon button and the tip that is shown when the pointer or the focus rests on it. */
export interface Button {
  label: string;
  tip: string;
}
