import type { Clock } from '../../shared/ports.ts';

/** A clock that stands still until it is moved. */
export function createFakeClock(start = '2026-11-23T09:00:00Z'): Clock & { move: (milliseconds: number) => void } {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
}
