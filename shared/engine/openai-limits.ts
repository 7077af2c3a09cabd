/** How long and how much one call may take. Tests give their own; nothing else does. */
export interface EngineLimits {
  totalMilliseconds: number;
  firstChunkMilliseconds: number;
  idleMilliseconds: number;
  afterFinishMilliseconds: number;
  leastAttemptMilliseconds: number;
  attempts: number;
  badAnswers: number;
  backoffMilliseconds: number;
  longestBackoffMilliseconds: number;
  outputCharacters: number;
}

export const engineLimits: EngineLimits = {
  /** All attempts and the waits between them: 16,384 tokens take GPT-4o about three minutes; nobody waits for more than four. */
  totalMilliseconds: 240_000,
  /** To the first chunk: a full context is read in 10-30 s, twice that on a busy deployment. */
  firstChunkMilliseconds: 90_000,
  /** Between chunks, which come every 10-50 ms. The SDK's own timeout ends with the headers: a stalled stream would hang for ever. */
  idleMilliseconds: 30_000,
  /** For the usage that follows a finished answer; without it the tokens are counted here. */
  afterFinishMilliseconds: 5_000,
  /** A wait that leaves less than this for the call is not worth waiting for. */
  leastAttemptMilliseconds: 10_000,
  /** Calls on a busy or failing server: with the backoff below they span about 4 s, what a restarting gateway needs. */
  attempts: 4,
  /** Answers that may be unusable (cut, stalled, not to the schema): one is bad luck, two are a fault. */
  badAnswers: 2,
  /** First wait of the backoff, doubled each time. */
  backoffMilliseconds: 500,
  longestBackoffMilliseconds: 8_000,
  /** The longest honest answer (16,384 tokens) has about 75,000 characters. */
  outputCharacters: 200_000,
};

/**
 * Tokens asked for by stage, below the model's own limit: providers count them against the quota when a call is
 * admitted. A choice is a few words; a list of passages is ids; a draft of ten pages with its evidence takes all.
 */
export const outputTokensByStage = { choose: 256, run: 16_384, map: 8_192, merge: 16_384, repair: 16_384 } as const;
