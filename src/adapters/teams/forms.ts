// Forms that people have open. Teams does not send a form back with what was typed in it, and an error is shown by
// drawing it anew: so what was opened is kept, by person, form and data, where any process finds it.
import type { ActionData, Form } from '../../cards/card.ts'
import type { Log } from '../../kernel/log.ts'
import type { Keeping } from './keeping.ts'

export interface Forms {
  /** Neither rejects: a form that is not found is opened once more by whoever filled it in. */
  keep(user: string, form: Form): Promise<void>
  find(user: string, id: string, data: ActionData): Promise<Form | undefined>
}

/** As long as somebody may leave a form standing in their chat. */
const keptMs = 7 * 24 * 60 * 60_000

export function createForms(keeping: Keeping, log: Log): Forms {
  const nameOf = (user: string, id: string, data: ActionData) => {
    const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))
    return `form ${JSON.stringify([user, id, sorted])}`
  }
  return {
    async keep(user, form) {
      const bytes = Buffer.from(JSON.stringify(form))
      await keeping
        .keep(nameOf(user, form.id, form.data ?? {}), bytes, keptMs)
        .catch((err: unknown) => log.error({ err }, 'an opened form could not be kept'))
    },
    async find(user, id, data) {
      try {
        const bytes = await keeping.find(nameOf(user, id, data))
        return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Form)
      } catch (err) {
        log.error({ err }, 'an opened form could not be found')
        return undefined
      }
    },
  }
}
