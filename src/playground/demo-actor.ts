// Lets people of the demo city write and press, through intake like everybody.
import type { Action, Card, FormValues } from '../cards/card.ts'
import type { InboundEvent, Reply } from '../chat/chat.ts'
import type { City } from '../compose.ts'
import { TENANT } from './platform.ts'
import type { PersonEntry } from './wire.ts'

export type Actor = ReturnType<typeof actor>

export function actor(city: City) {
  let serial = 0
  const send = (
    person: Pick<PersonEntry, 'id'>,
    event: Pick<InboundEvent, 'type'> & Record<string, unknown>,
  ) => {
    const sender = { platform: 'playground', tenant: TENANT, user: String(person.id), locale: 'ja' }
    return city.intake.receive({ key: `demo:${serial++}`, sender, ...event } as InboundEvent)
  }
  const click = (person: Pick<PersonEntry, 'id'>, action: Action) => send(person, { type: 'click', action })
  const submit = (
    person: Pick<PersonEntry, 'id'>,
    form: string,
    values: FormValues,
    data: Action['data'] = {},
  ) => send(person, { type: 'submit', form, data, values })
  return {
    click,
    submit,
    say: (person: PersonEntry, text: string) => send(person, { type: 'words', text }),
    give: (person: PersonEntry, name: string, bytes: Uint8Array) =>
      send(person, { type: 'file', name, bytes }),
    /** Presses the first button with this action in what was answered; the demo is broken without one. */
    press: async (person: Pick<PersonEntry, 'id'>, replies: readonly Reply[], actionId: string) => {
      const action = actionsIn(replies).find((each) => each.id === actionId)
      if (!action) throw new Error(`the demo city finds no button ${actionId}`)
      return click(person, action)
    },
    /** Sends the form that was opened as it proposes, but for these values. */
    fill: async (person: Pick<PersonEntry, 'id'>, replies: readonly Reply[], values: FormValues) => {
      const opened = replies.find((reply) => reply.type === 'form')
      if (!opened) throw new Error('the demo city finds no form')
      const proposed: Record<string, string | readonly string[]> = {}
      for (const field of opened.form.fields) {
        if ('values' in field && field.values) proposed[field.name] = field.values
        else if ('value' in field && field.value !== undefined) proposed[field.name] = String(field.value)
      }
      return submit(person, opened.form.id, { ...proposed, ...values }, opened.form.data)
    },
  }
}

const actionsIn = (replies: readonly Reply[]): Action[] =>
  replies.flatMap((reply) => ('card' in reply ? actionsOf(reply.card) : []))

const actionsOf = (card: Card): Action[] =>
  card.blocks.flatMap((block) => {
    if (block.type === 'buttons')
      return block.buttons.flatMap((button) => ('action' in button ? [button.action] : []))
    if (block.type === 'list') return block.rows.flatMap((row) => (row.button ? [row.button.action] : []))
    return []
  })
