import { type DestinationStream, type Logger, pino } from 'pino'
import { currentFlow } from './flow.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Fields that may hold a person or a secret, wherever they turn up. Messages themselves must hold neither. */
const PRIVATE = [
  'name',
  'kana',
  'email',
  'text',
  'token',
  'secret',
  'password',
  'authorization',
  'cookie',
  'bytes',
  'payload',
  'values',
  'url',
  'conversation',
  'user',
  'card',
  'blocks',
  'rows',
]

/**
 * Structured log lines (JSON) with personal data and secrets struck out, up to three levels deep. Errors are logged by name, code
 * and stack position only: their messages may quote input.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const paths = PRIVATE.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`])
  const options = {
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    mixin: () => {
      const flow = currentFlow()
      return flow ? { flow } : {}
    },
    serializers: { err: describeError, error: describeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** What may be said of an error in a log: its kind and where it arose, never its words. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code } = error as { code?: unknown }
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    at: at.slice(0, 6).map((line) => line.trim()),
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  }
}
