// Forms that people have open. Teams does not send a form back with what was typed in it, and an error is shown by
// drawing it anew: so what was opened is kept here, by person, form and data. A process that has been started anew does
// not know it any more; the person is then asked to open the form once more.
import type { ActionData, Form } from '../../cards/card.ts'

export interface Forms {
  keep(user: string, form: Form): void
  find(user: string, id: string, data: ActionData): Form | undefined
}

const mostKept = 3_000

export function createForms(): Forms {
  const kept = new Map<string, Form>()
  const keyOf = (user: string, id: string, data: ActionData) => {
    const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))
    return JSON.stringify([user, id, sorted])
  }
  return {
    keep(user, form) {
      const key = keyOf(user, form.id, form.data ?? {})
      kept.delete(key)
      kept.set(key, form)
      const [oldest] = kept.keys()
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    },
    find: (user, id, data) => kept.get(keyOf(user, id, data)),
  }
}
