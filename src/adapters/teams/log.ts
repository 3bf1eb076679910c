// What Microsoft's own libraries want to say. Their words may quote messages, addresses and tokens (an error of theirs
// carries the bearer token), so none of them is passed on: only that something was said, and how loudly.
import type { AppOptions, IPlugin } from '@microsoft/teams.apps'
import type { Log } from '../../kernel/log.ts'

type Logger = NonNullable<AppOptions<IPlugin>['logger']>

/** A logger for the Teams SDK and what it brings along. */
export function quietLogger(log: Log): Logger {
  const library = 'teams'
  const logger: Logger = {
    // Above debug the libraries put no whole messages together before they throw them away.
    loggerOptions: { level: 'warn' },
    error: () => log.debug({ library }, 'a library of Teams reports a fault'),
    warn: () => log.debug({ library }, 'a library of Teams has a remark'),
    info: () => {},
    debug: () => {},
    trace: () => {},
    log: () => {},
    child: () => logger,
  }
  return logger
}
