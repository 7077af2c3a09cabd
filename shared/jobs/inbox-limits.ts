/** Teams gives up sending again within minutes; what is older was held up on its way, and the person has gone on. */
export const STALE_MILLISECONDS = 10 * 60 * 1000;
/** Nobody waits longer than this for an answer: they are told, and may ask again. */
export const EXPIRED_MILLISECONDS = 60 * 60 * 1000;
/** Messages of one conversation that may wait: more than a person types while one answer is made. */
export const MAX_WAITING_IN_CONVERSATION = 20;
/** Messages of one department that may wait: an hour's work of a few processes. Each is at most 200 KB. */
export const MAX_WAITING = 5_000;
/** Turns worked on at once by one process: each mostly waits for the model or for Teams. */
export const MAX_RUNNING_TURNS = 64;
/** Beside them: "cancel" must find a place however many turns run. */
export const MAX_RUNNING_BESIDE = 16;
/** An activity is taken by another process this long after its own was heard of last. */
export const LEASE_MILLISECONDS = 20_000;
/** Four chances within a lease. */
export const RENEW_MILLISECONDS = 4_000;
/** The net under NOTIFY, and how often what was put off is looked for. */
export const LOOK_MILLISECONDS = 1_000;
/** What has ended five processes or failed five times is not tried again. */
export const MAX_ATTEMPTS = 5;
/** Even to tell that was too much for them. */
export const MAX_ATTEMPTS_TO_TELL = MAX_ATTEMPTS + 3;
/** Waits between the tries to deliver, doubled each time from the first: an hour and a quarter in all. */
export const FIRST_RETRY_MILLISECONDS = 1_000;
export const LONGEST_RETRY_MILLISECONDS = 10 * 60 * 1000;
export const MAX_DELIVERIES = 16;
/** A stop leaves this to what runs; hosts are killed half a minute after they are asked to end. */
export const GRACE_MILLISECONDS = 15_000;
/** Sealed content of what is never answered: retention takes it after a day. */
export const CONTENT_LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
