import pino from 'pino';
import type { Log, LogFields } from '../shared/ports.ts';

/** Fields that a log line may hold: ids, codes, sizes, times. What is not listed is left out, so content cannot slip in. */
const ALLOWED_FIELDS = new Set([
  ...[
    'task',
    'code',
    'cause',
    'at',
    'route',
    'status',
    'milliseconds',
    'bytes',
    'count',
    'port',
    'engine',
    'model',
    'rule',
    'attempt',
    'reason',
    'channel',
    'conversation',
    'activity',
    'setting',
    'surface',
  ],
]);

/** JSON lines on standard output, through pino; only the allowed fields, each cut to a line. */
export function createLog(level: string): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const line =
    (write: (fields: LogFields, message: string) => void) =>
    (fields: LogFields, message: string): void => {
      write(Object.fromEntries(Object.entries(fields).filter(([name, value]) => ALLOWED_FIELDS.has(name) && value !== undefined)), message);
    };
  return {
    info: line((fields, message) => {
      logger.info(fields, message);
    }),
    warn: line((fields, message) => {
      logger.warn(fields, message);
    }),
    error: line((fields, message) => {
      logger.error(fields, message);
    }),
  };
}
