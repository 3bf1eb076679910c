// What Slack's own libraries want to say. Their words may quote messages, addresses with tickets in them and tokens, so
// none of them is passed on: only that something was said, and how loudly.
import { type Logger, LogLevel } from '@slack/web-api'
import type { Log } from '../../kernel/log.ts'

/** A logger for Bolt, the Web API client and Socket Mode. */
export const quietLogger = (log: Log, library: string): Logger => ({
  debug: () => {},
  info: () => {},
  warn: () => log.debug({ library }, 'a library of Slack has a remark'),
  error: () => log.warn({ library }, 'a library of Slack reports a fault'),
  setLevel: () => {},
  // Anything above debug: at debug the libraries put whole messages together before they throw them away.
  getLevel: () => LogLevel.WARN,
  setName: () => {},
})
