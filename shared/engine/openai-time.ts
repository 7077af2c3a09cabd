import { setTimeout as sleep } from 'node:timers/promises';

/** Rings once when nothing restarted or cancelled it for its milliseconds. */
interface Alarm {
  restart: () => void;
  cancel: () => void;
}

/** Time as the engine uses it: monotonic, so that a corrected clock neither ends a call nor keeps it for ever. */
export interface EngineTime {
  /** Milliseconds since some fixed moment. */
  now: () => number;
  /** Rejects as soon as the signal aborts. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  alarm: (milliseconds: number, ring: () => void) => Alarm;
}

export const systemTime: EngineTime = {
  now: () => performance.now(),
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  alarm: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds);
    return {
      restart: () => {
        timer.refresh();
      },
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
