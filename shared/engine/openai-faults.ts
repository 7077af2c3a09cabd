import type { ErrorCode } from '../contract/task-event.ts';
import { HumphreyError } from '../errors.ts';

/**
 * Whether a fault is worth another call. `several`: the server did not take the call; `once`: it took the call and
 * answered badly; `never`: it would answer the same.
 */
type Again = 'never' | 'once' | 'several';

interface FaultRow {
  code: ErrorCode;
  again: Again;
  message: string;
}

const TELL = 'Tell your Humphrey team';

/** Every way in which a call of the model fails: `reason` of the error's details, the sentence for the person, what we do. */
const faults = {
  'key-refused': {
    code: 'model-unavailable',
    again: 'never',
    message: `The model refused Humphrey's key. ${TELL}: the key must be renewed.`,
  },
  'identity-refused': {
    code: 'model-unavailable',
    again: 'never',
    message: `The model refused the identity that Humphrey runs as. ${TELL}: it needs a role that may use the model.`,
  },
  'model-not-found': {
    code: 'model-unavailable',
    again: 'never',
    message: `There is no model of the name that Humphrey is set to use. ${TELL}: the setting OPENAI_MODEL must name a model, or an Azure deployment, that this account has.`,
  },
  'quota-used-up': {
    code: 'model-unavailable',
    again: 'never',
    message: `The account that Humphrey uses for the model has used up its quota. ${TELL}: only they can have it raised.`,
  },
  redirected: {
    code: 'model-unavailable',
    again: 'never',
    message: `The model's address points to another address, which Humphrey does not follow. ${TELL}: the setting OPENAI_BASE_URL must name the final address.`,
  },
  unreachable: {
    code: 'model-unavailable',
    again: 'several',
    message: `The model could not be reached. Try again in {soon}. If it still fails, tell your Humphrey team.`,
  },
  'server-error': {
    code: 'model-unavailable',
    again: 'several',
    message: 'The model has a fault at the moment. Try again in {soon}.',
  },
  'rate-limited': { code: 'rate-limited', again: 'several', message: 'The model is busy. Try again in {soon}.' },
  'bad-request': {
    code: 'model-failed',
    again: 'never',
    message: `The model does not accept the way Humphrey asks. ${TELL}: the model may not support strict JSON schemas, or needs a row of its own in the model table.`,
  },
  'context-length': {
    code: 'model-failed',
    again: 'never',
    message: 'The text is too long for the model to read at once. Choose a part of it, or fewer documents.',
  },
  'content-filter': {
    code: 'model-failed',
    again: 'never',
    message: "The model provider's content filter stopped this text. Remove the passage that may have set it off, or do this one by hand.",
  },
  refusal: {
    code: 'model-failed',
    again: 'never',
    message: 'The model declined to do this. Word your request another way, or do this one by hand.',
  },
  length: {
    code: 'model-failed',
    again: 'never',
    message: 'The answer grew too long and was cut off. Ask for a shorter answer, or give less text at once.',
  },
  'output-too-long': {
    code: 'model-failed',
    again: 'never',
    message: 'The model sent far more than an answer, so Humphrey stopped it. Try again.',
  },
  'too-slow': { code: 'model-failed', again: 'never', message: 'The model took too long. Try again, or give less text at once.' },
  stalled: { code: 'model-failed', again: 'once', message: 'The model stopped in the middle of its answer. Try again.' },
  cut: { code: 'model-failed', again: 'once', message: "The model's answer broke off before its end. Try again." },
  'stream-error': { code: 'model-failed', again: 'once', message: 'The model reported a fault in the middle of its answer. Try again.' },
  'not-a-stream': {
    code: 'model-failed',
    again: 'once',
    message: `Something other than the model answered at its address. Try again. If it still fails, tell your Humphrey team: the setting OPENAI_BASE_URL may be wrong, or a proxy stands in between.`,
  },
  'empty-answer': { code: 'model-failed', again: 'once', message: 'The model sent an empty answer. Try again.' },
  'wrong-form': { code: 'model-failed', again: 'once', message: "The model's answer was not in the form Humphrey asked for. Try again." },
  'tool-calls': {
    code: 'model-failed',
    again: 'once',
    message: 'The model tried to use a tool instead of answering, and Humphrey gives it none. Try again.',
  },
} as const satisfies Record<string, FaultRow>;

export type FaultReason = keyof typeof faults;

/** What machines may know beside the reason: numbers and short codes, no content. */
export type FaultDetails = Record<string, string | number | undefined>;

/** The error of a fault; `details.reason` names it. */
export function faultError(reason: FaultReason, details: FaultDetails = {}, cause?: Error): HumphreyError {
  const row = faults[reason];
  const known = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  const message = row.message.replace('{soon}', soon(details['retryAfterSeconds']));
  return new HumphreyError(row.code, message, { cause, details: { reason, ...known } });
}

/** As the server said, or a time in which a busy or restarting server is commonly back. */
function soon(seconds: string | number | undefined): string {
  if (typeof seconds === 'number' && seconds > 3_600) return 'some hours';
  return typeof seconds === 'number' && seconds > 120 ? `${Math.ceil(seconds / 60)} minutes` : 'a few minutes';
}

export function cancelledError(): HumphreyError {
  return new HumphreyError('cancelled', 'The task was cancelled.');
}

/** Whether the call may be repeated after this error. */
export function againAfter(error: HumphreyError): Again {
  const reason = error.details?.['reason'];
  return typeof reason === 'string' && Object.hasOwn(faults, reason) ? faults[reason as FaultReason].again : 'never';
}
