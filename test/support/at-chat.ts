// People at their chats, the same on Slack and on Teams: they write, press what they see, fill in forms by their labels,
// and hear what comes. One script lives through either; what the two chats do differently is in here.
import { expect } from 'vitest'
import type { City } from '../../src/compose.ts'
import type { Database } from '../../src/db/open.ts'
import type { FeatureFactory } from '../../src/features/feature.ts'
import type { MovableClock } from '../../src/kernel/clock.ts'
import { startSlackStandIn } from '../slack-stand-in/index.ts'
import { find, startTeamsStandIn, type TeamsMessage } from '../teams-stand-in/index.ts'
import { signingSecret, startSlackCity } from './slack-city.ts'
import { startTeamsCity } from './teams-city.ts'

export interface Cast<Who extends string> {
  readonly db: Database
  readonly clock: MovableClock
  readonly features: readonly FeatureFactory[]
  /** Their names; `who@city.example.jp` is the address by which the directory knows them. */
  readonly people: Readonly<Record<Who, string>>
}

/** By the labels of fields: what is typed, or the options chosen. */
type Values = Readonly<Record<string, string | readonly string[]>>

export const emailOf = (who: string): string => `${who}@city.example.jp`

/** What the two chats have in common. Labels are those that people read. */
interface Chat<Who extends string> {
  readonly city: City
  say(who: Who, text: string): Promise<unknown>
  give(who: Who, name: string, bytes: Uint8Array): Promise<unknown>
  /** Presses a button of the newest message that has it; among several the one in the row that says `of`. */
  press(who: Who, label: string, of?: string): Promise<unknown>
  /**
   * Sends the form that is open, as it was offered but for `values`: by the labels of fields and options. Gives back
   * what it says when it stays open.
   */
  submit(who: Who, values: Values): Promise<string | undefined>
  /** What they were told, oldest first, each as it stands now and as the platform was given it. */
  messages(who: Who): readonly unknown[]
  stop(): Promise<void>
}

/** A message that came by itself. */
export interface Arrival<Who extends string> {
  readonly who: Who
  /** "05-20 08:45" */
  readonly at: string
  readonly text: string
}

interface Answered {
  /** Words of the row in which the button is. */
  readonly of?: string
  readonly hears: string | readonly string[]
}

export interface AtChat<Who extends string> extends Pick<Chat<Who>, 'city' | 'stop'> {
  /** Each of these waits until what came, or changed, of it says all that is expected. */
  say(who: Who, text: string, ...hears: readonly string[]): Promise<void>
  give(who: Who, name: string, bytes: Uint8Array, ...hears: readonly string[]): Promise<void>
  press(who: Who, label: string, on: Answered): Promise<void>
  /** Opens a form by a button and sends it. */
  fill(who: Who, label: string, on: Answered & { values: Values }): Promise<void>
  /** Sends the open form with something in it that is refused there; gives back what it says, and it stays open. */
  refused(who: Who, values: Values): Promise<string>
  /** Sends the open form. */
  submit(who: Who, values: Values, ...hears: readonly string[]): Promise<void>
  /** Everything that they were told, in one text. */
  all(who: Who): string
  /** Lives on until then, and gives back what arrived on the way. */
  until(target: Temporal.Instant): Promise<Arrival<Who>[]>
}

/** What a click brings about is told when the script lives on, not at once; nobody tidies the tables. */
const unhurried = { intake: { changed: () => {} }, delivery: { vacuums: false } }

const soon = { interval: 5 }
const textOf = (value: unknown) => JSON.stringify(value ?? '')

/** Each day opens, Saturdays and Sundays with the Monday after them. */
function morningAfter(now: Temporal.Instant): Temporal.Instant {
  const local = now.toZonedDateTimeISO('Asia/Tokyo')
  const today = local.toPlainDate().toZonedDateTime({ timeZone: local.timeZoneId, plainTime: '08:45' })
  let next = Temporal.ZonedDateTime.compare(local, today) < 0 ? today : today.add({ days: 1 })
  while (next.dayOfWeek > 5) next = next.add({ days: 1 })
  return next.toInstant()
}

/** The smallest part of a card that says `words` and has something of which `is` is true. */
function partWith(card: unknown, words: string, is: (node: Record<string, unknown>) => boolean): unknown {
  if (typeof card !== 'object' || card === null || !textOf(card).includes(words)) return undefined
  for (const inner of Object.values(card)) {
    const found = partWith(inner, words, is)
    if (found !== undefined) return found
  }
  const holds = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (is(value as Record<string, unknown>) || Object.values(value).some(holds))
  return holds(card) ? card : undefined
}

async function onSlack<Who extends string>({ db, clock, features, people }: Cast<Who>): Promise<Chat<Who>> {
  const standIn = await startSlackStandIn({ signingSecret, clock, limits: false })
  const { city, target, stop } = await startSlackCity({ db, standIn, clock, features, ...unhurried })
  const users = accounts(people, (user) => standIn.addUser(user))
  const messages = (who: Who) => standIn.messagesOf(users[who]).filter(({ user }) => user !== users[who].id)
  const openForm = async (who: Who) => {
    await expect.poll(() => standIn.views.open(users[who]), soon).toBeDefined()
    const view = standIn.views.open(users[who])
    if (!view) throw new Error('no form is open')
    return view
  }
  return {
    city,
    messages: (who) => messages(who).map(({ blocks, files }) => [blocks, files.map(({ name }) => name)]),
    say: (who, text) => standIn.say(target, { user: users[who], text }),
    give: (who, name, bytes) => standIn.say(target, { user: users[who], files: [{ name, bytes }] }),
    press: async (who, label, of = '') => {
      const says = (block: unknown) =>
        find(block, 'button').filter(({ text }) => textOf(text).includes(`"${label}"`))
      const isRow = (block: unknown) => textOf(block).includes(of) && says(block).length > 0
      const on = messages(who).findLast(({ blocks }) => blocks.some(isRow))
      if (!on) throw new Error(`nothing says ${label}`)
      const at = on.blocks.slice(0, on.blocks.findIndex(isRow)).flatMap(says).length
      const { problem } = await standIn.click(target, { user: users[who], on, press: label, at })
      expect(problem).toBeUndefined()
    },
    submit: async (who, values) => {
      const sent = await standIn.submit(target, { user: users[who], view: await openForm(who), values })
      expect(sent.problem).toBeUndefined()
      return standIn.views.open(users[who]) && textOf(sent.answer.body)
    },
    stop: async () => {
      await stop()
      await standIn.stop()
    },
  }
}

async function onTeams<Who extends string>({ db, clock, features, people }: Cast<Who>): Promise<Chat<Who>> {
  const standIn = await startTeamsStandIn()
  const { city, target, stop } = await startTeamsCity({ db, standIn, clock, features, ...unhurried })
  const users = accounts(people, (user) => standIn.addUser(user))
  /** The card that answers a press stands in the place of the one that was pressed, by its message. */
  const instead = new Map<string, unknown>()
  const dialogs = new Map<Who, unknown>()
  const contentOf = ({ id, activity }: TeamsMessage) =>
    instead.get(id) ?? activity.attachments ?? activity.text
  return {
    city,
    messages: (who) => standIn.messagesOf(users[who]).map(contentOf),
    say: (who, text) => standIn.say(target, users[who], text),
    give: (who, name, bytes) => {
      const contentType = 'application/vnd.microsoft.teams.file.download.info'
      const attachments = [{ contentType, name, content: { downloadUrl: standIn.keepFile(name, bytes) } }]
      return standIn.deliver(target, standIn.activity(users[who], { type: 'message', attachments }))
    },
    press: async (who, label, of = '') => {
      const isButton = ({ type, title }: Record<string, unknown>) =>
        `${type}`.startsWith('Action.') && title === label
      const partOf = (message: TeamsMessage) => partWith(contentOf(message), of, isButton)
      const on = standIn.messagesOf(users[who]).findLast((each) => partOf(each) !== undefined)
      if (!on) throw new Error(`nothing says ${label}`)
      const [whole, part] = [contentOf(on), partOf(on)]
      // A button that asks first unfolds its question; the yes is what acts.
      const unfolds = find(part, 'Action.ToggleVisibility').find(isButton)?.targetElements as
        | string[]
        | undefined
      const question = unfolds && find(whole, 'Container').find(({ id }) => id === unfolds[0])
      const yes = find(question, 'Action.Execute')[0]
      const seen = { ...on, activity: { ...on.activity, attachments: [{ content: question ?? part }] } }
      const { body } = await standIn.press(target, users[who], seen, yes ? `${yes.title}` : label)
      const { type, value, task } = (body ?? {}) as {
        type?: string
        value?: unknown
        task?: { value?: unknown }
      }
      if (task) dialogs.set(who, task.value)
      else if (type === 'application/vnd.microsoft.card.adaptive') instead.set(on.id, value)
    },
    submit: async (who, values) => {
      const dialog = dialogs.get(who)
      const inputs = ['Text', 'Number', 'Date', 'Time', 'ChoiceSet'].flatMap((kind) =>
        find(dialog, `Input.${kind}`),
      )
      for (const label of Object.keys(values))
        if (!inputs.some((input) => input.label === label)) throw new Error(`No field is called ${label}`)
      const filled = inputs.map((input) => {
        const given = values[`${input.label}`]
        if (given === undefined) return [`${input.id}`, input.value ?? '']
        const choices = input.choices as { title: string; value: string }[] | undefined
        if (!choices) return [`${input.id}`, given]
        const chosen = choices.filter(({ title }) => given === title || given.includes(title))
        if (chosen.length !== [given].flat().length) throw new Error(`No option says ${given}`)
        return [`${input.id}`, chosen.map(({ value }) => value).join(',')]
      })
      const [send] = find(dialog, 'Action.Submit')
      const data = { ...(send?.data as object), ...Object.fromEntries(filled) }
      const value = { data, context: { theme: 'default' } }
      const invoke = { type: 'invoke', name: 'task/submit', value }
      const answer = await standIn.deliver(target, standIn.activity(users[who], invoke))
      const kept = (answer.body as { task?: { value?: unknown } } | undefined)?.task?.value
      if (find(kept, 'Action.Submit').length > 0) {
        dialogs.set(who, kept)
        return textOf(kept)
      }
      // What was pressed is drawn anew by the connector, no longer by the answer to the press.
      for (const { id } of standIn.messagesOf(users[who])) instead.delete(id)
      return undefined
    },
    stop: async () => {
      await stop()
      await standIn.stop()
    },
  }
}

function accounts<Who extends string, User>(
  people: Readonly<Record<Who, string>>,
  add: (user: { name: string; email: string }) => User,
): Record<Who, User> {
  const made = (Object.entries(people) as [Who, string][]).map(
    ([who, name]) => [who, add({ name, email: emailOf(who) })] as const,
  )
  return Object.fromEntries(made) as Record<Who, User>
}

export const chats = { Slack: onSlack, Teams: onTeams } as const

/** Starts a city on one of the two. Everybody has written once, so that the bot knows where they are. */
export async function startAtChat<Who extends string>(
  platform: keyof typeof chats,
  cast: Cast<Who>,
): Promise<AtChat<Who>> {
  const { db, clock } = cast
  const chat = await chats[platform](cast)
  const names = Object.keys(cast.people) as Who[]
  const shown = (who: Who) => chat.messages(who).map(textOf)
  const hearing = async (who: Who, words: readonly string[], does: () => Promise<unknown>) => {
    const before = shown(who)
    await does()
    const changed = () => shown(who).filter((text, n) => text !== before[n])
    for (const word of words) await expect.poll(() => changed().join('\n'), soon).toContain(word)
  }
  const counts = () => new Map(names.map((who) => [who, chat.messages(who).length]))
  const local = () =>
    clock.now().toZonedDateTimeISO('Asia/Tokyo').toPlainDateTime().toString({ smallestUnit: 'minute' })

  /** When the next thing falls due. */
  const nextDue = async (): Promise<Temporal.Instant | undefined> => {
    const { rows } = await db.pool.query<{ ms: number | null }>(
      `SELECT (extract(epoch FROM least((SELECT min(due_at) FROM notice WHERE status = 'planned'),
         (SELECT min(next_at) FROM outbox WHERE status = 'waiting'))) * 1000)::float8 AS ms`,
    )
    const ms = rows[0]?.ms
    return ms == null ? undefined : Temporal.Instant.fromEpochMilliseconds(Math.ceil(ms))
  }

  return {
    city: chat.city,
    stop: chat.stop,
    say: (who, text, ...words) => hearing(who, words, () => chat.say(who, text)),
    give: (who, name, bytes, ...words) => hearing(who, words, () => chat.give(who, name, bytes)),
    press: (who, label, { of, hears }) => hearing(who, [hears].flat(), () => chat.press(who, label, of)),
    fill: (who, label, { of, values, hears }) =>
      hearing(who, [hears].flat(), async () => {
        await chat.press(who, label, of)
        expect(await chat.submit(who, values)).toBeUndefined()
      }),
    refused: async (who, values) => {
      const said = await chat.submit(who, values)
      if (!said) throw new Error('the form was taken')
      return said
    },
    submit: (who, values, ...words) =>
      hearing(who, words, async () => expect(await chat.submit(who, values)).toBeUndefined()),
    all: (who) => textOf(chat.messages(who)),
    until: async (target) => {
      const arrived: Arrival<Who>[] = []
      for (;;) {
        const due = await nextDue()
        const [next = target] = [target, morningAfter(clock.now()), ...(due ? [due] : [])].toSorted(
          Temporal.Instant.compare,
        )
        const over = next === target
        // What is due and is put off by the platform's pace is looked at a little later.
        clock.set(Temporal.Instant.compare(next, clock.now()) > 0 ? next : clock.now().add({ seconds: 5 }))
        const before = counts()
        await chat.city.delivery.runDue()
        for (const who of names)
          for (const message of chat.messages(who).slice(before.get(who)))
            arrived.push({ who, at: local().slice(5).replace('T', ' '), text: textOf(message) })
        if (over) return arrived
      }
    },
  }
}
