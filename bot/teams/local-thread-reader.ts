import type { Clock, ThreadPlace, ThreadReader, ThreadToRead } from '../../shared/ports.ts';
import { sampleThread } from './sample-thread.ts';
import { readsLikeRequest } from './split-pasted-text.ts';

/** Threads with posts of their own that are kept, and posts of each: a demo is one person trying things out. */
const MAX_THREADS = 100;
const MAX_POSTS = 200;

/** Threads for a client that gives the bot no earlier posts, such as the Playground. */
export interface LocalThreadReader extends ThreadReader {
  /** Keeps what reached the bot in a thread, where it tells something rather than asks for something. */
  remember(place: Pick<ThreadPlace, 'channelId' | 'rootMessageId'>, post: { author: string; text: string }): void;
  /** The sample posts that every thread begins with. */
  sample(): ThreadToRead;
}

/** Every thread is the sample, followed by what people told the bot in that thread. Kept in memory only. */
export function createLocalThreadReader(clock: Clock): LocalThreadReader {
  const told = new Map<string, ThreadToRead['messages']>();
  const keyOf = (place: Pick<ThreadPlace, 'channelId' | 'rootMessageId'>): string => JSON.stringify([place.channelId, place.rootMessageId]);
  return {
    sample: () => sampleThread,
    remember: (place, { author, text }) => {
      if (text.trim() === '' || readsLikeRequest(text)) return;
      const posts = told.get(keyOf(place)) ?? [];
      told.set(keyOf(place), [...posts, { author, text, sent: clock.now().toISOString() }].slice(-MAX_POSTS));
      const [oldest] = told.keys();
      if (told.size > MAX_THREADS && oldest !== undefined) told.delete(oldest);
    },
    readThread: (place) => Promise.resolve({ ...sampleThread, messages: [...sampleThread.messages, ...(told.get(keyOf(place)) ?? [])] }),
  };
}
