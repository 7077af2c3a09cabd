import { z } from 'zod';

/** Characters of one id on the wire: Teams' longest (a channel thread's) have about 150. */
const MAX_ID = 1_000;
/** Characters of a message: Teams itself allows about 100 KB in UTF-16. */
const MAX_TEXT = 200_000;
/** Attachments and entities of one message: Teams allows ten files; a message may mention a whole team. */
const MAX_PARTS = 500;

const id = z.string().min(1).max(MAX_ID);
const optionalText = z.string().max(MAX_ID).nullish();

const Attachment = z.looseObject({ contentType: z.string().max(300), name: optionalText, content: z.unknown().optional() });
const Entity = z.looseObject({
  type: z.string().max(300),
  text: optionalText,
  mentioned: z.looseObject({ id: z.string().max(MAX_ID), name: optionalText }).nullish(),
});

/**
 * The parts of a Bot Framework activity that Humphrey reads. Everything else passes through to the SDK unread.
 * Checked before the SDK sees the body, which answers a missing type with its internal error text.
 */
export const TeamsActivity = z.looseObject({
  type: z.string().min(1).max(100),
  id,
  channelId: z.string().min(1).max(100),
  serviceUrl: z.string().min(1).max(2_000),
  from: z.looseObject({ id, name: optionalText, aadObjectId: optionalText, role: optionalText }),
  recipient: z.looseObject({ id, name: optionalText }),
  conversation: z.looseObject({ id, conversationType: optionalText, tenantId: optionalText, isGroup: z.boolean().nullish() }),
  /** When the channel took it, ISO 8601. */
  timestamp: optionalText,
  text: z.string().max(MAX_TEXT).nullish(),
  value: z.unknown().optional(),
  action: optionalText,
  replyToId: optionalText,
  attachments: z.array(Attachment).max(MAX_PARTS).nullish(),
  entities: z.array(Entity).max(MAX_PARTS).nullish(),
  membersAdded: z
    .array(z.looseObject({ id: z.string().max(MAX_ID) }))
    .max(10_000)
    .nullish(),
  membersRemoved: z
    .array(z.looseObject({ id: z.string().max(MAX_ID) }))
    .max(10_000)
    .nullish(),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: optionalText }).nullish(),
      eventType: optionalText,
      team: z.looseObject({ id: optionalText, aadGroupId: optionalText }).nullish(),
      channel: z.looseObject({ id: optionalText }).nullish(),
    })
    .nullish(),
});
export type TeamsActivity = z.infer<typeof TeamsActivity>;
