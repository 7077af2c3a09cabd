import type { EngineTime } from '../../shared/engine/openai-time.ts';

/**
 * Time that passes only when it is told to: a wait ends at once and moves the clock on by its length, an alarm rings when
 * the test rings it. So a test says what was waited for, and takes no time itself.
 */
export interface ManualTime extends EngineTime {
  /** Milliseconds of every wait so far. */
  waits: number[];
  /** Milliseconds of every alarm that was set back to its beginning. */
  restarts: number[];
  /** Milliseconds of the alarms that are set. */
  alarmsSet: () => number[];
  /** Rings the alarm of that length, as soon as one is set. */
  ring: (milliseconds: number) => Promise<void>;
  /** From now on a wait ends only by its signal; resolves when one has begun. */
  holdWaits: () => Promise<void>;
}

interface SetAlarm {
  milliseconds: number;
  ring: () => void;
}

export function createManualTime(): ManualTime {
  const waits: number[] = [];
  const restarts: number[] = [];
  const alarms = new Set<SetAlarm>();
  let waiting: { milliseconds: number; resolve: (alarm: SetAlarm) => void }[] = [];
  let now = 0;
  let held: (() => void) | undefined;
  return {
    waits,
    restarts,
    alarmsSet: () => [...alarms].map((alarm) => alarm.milliseconds),
    now: () => now,
    wait: async (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
      if (held) {
        held();
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('The wait was ended.'));
          });
        });
      }
      now += milliseconds;
    },
    alarm: (milliseconds, ring) => {
      const alarm = { milliseconds, ring };
      alarms.add(alarm);
      const taker = waiting.find((one) => one.milliseconds === milliseconds);
      waiting = waiting.filter((one) => one !== taker);
      taker?.resolve(alarm);
      return { restart: () => void restarts.push(milliseconds), cancel: () => void alarms.delete(alarm) };
    },
    ring: async (milliseconds) => {
      const set = [...alarms].find((alarm) => alarm.milliseconds === milliseconds);
      const alarm = set ?? (await new Promise<SetAlarm>((resolve) => waiting.push({ milliseconds, resolve })));
      alarms.delete(alarm);
      alarm.ring();
    },
    holdWaits: () =>
      new Promise((resolve) => {
        held = resolve;
      }),
  };
}
