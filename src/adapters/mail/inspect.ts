// Is the mail server well? For `doctor`: connects and signs in, sends nothing.
import { createLog, type Log } from '../../kernel/log.ts'
import { endedBy } from './outcome.ts'
import { createSmtp, type Server } from './smtp.ts'

/** ok · refused: name, password or the server's rules · unreachable: no connection, or none that can be trusted. */
export type Inspected = 'ok' | 'refused' | 'unreachable'

export async function inspectMail(server: Server, log: Log = createLog('silent')): Promise<Inspected> {
  try {
    await createSmtp(server, log).greet()
    return 'ok'
  } catch (error) {
    return endedBy(error, false).type === 'refused' ? 'refused' : 'unreachable'
  }
}
