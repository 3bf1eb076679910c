// Commands in the command line's own process: the database is opened when a command first asks, and closed after.
import { type City, composeCity } from '../compose.ts'
import { type Config, folderOf } from '../config.ts'
import { DatabaseInUse } from '../db/errors.ts'
import { openDatabase } from '../db/open.ts'
import { systemClock } from '../kernel/clock.ts'
import { createLog } from '../kernel/log.ts'
import { loadSecret } from '../kernel/secret.ts'
import type { Place } from './command.ts'

export interface LocalPlace extends Place {
  /** A command asked for the database and another process has it. */
  inUse(): boolean
  close(): Promise<void>
}

export function localPlace(config: Config): LocalPlace {
  let opening: Promise<City> | undefined
  let inUse = false
  const open = async () => {
    const dir = folderOf(config)
    const secret = loadSecret(dir, config.key)
    const db = await openDatabase({ url: config.databaseUrl, dir, applicationName: 'hagukumi-cli' })
    const { zone, publicUrl } = config
    return composeCity({ db, clock: systemClock, zone, publicUrl, secret, log: createLog('silent') })
  }
  return {
    config,
    now: () => systemClock.now(),
    open: () => {
      opening ??= open().catch((error: unknown) => {
        inUse = error instanceof DatabaseInUse
        throw error
      })
      return opening
    },
    inUse: () => inUse,
    close: async () => {
      const city = await opening?.catch(() => undefined)
      await city?.core.db.close()
    },
  }
}
