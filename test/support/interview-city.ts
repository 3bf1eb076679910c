// One section with a conductor, some staff and an open step, and a way to click as any of them.
import type { ActionData, Card, Form, FormValues } from '../../src/cards/card.ts'
import type { Database } from '../../src/db/open.ts'
import { toDbDate } from '../../src/db/time.ts'
import type { Role } from '../../src/directory/actor.ts'
import type { Core, Feature } from '../../src/features/feature.ts'
import { interviews } from '../../src/features/interviews/index.ts'
import type { Ask, FileHandler, HomeItem } from '../../src/intake/handler.ts'
import { loadActor } from './actor.ts'
import { expectLegal } from './legal.ts'
import { addPerson, addRoute, addSection, at, day } from './small-city.ts'

export interface InterviewCity {
  readonly section: number
  readonly boss: number
  readonly staff: readonly number[]
  readonly hr: number
  readonly step: number
  /** By the staff member's place in `staff`. */
  readonly interviews: readonly number[]
}

const early = toDbDate(day('2020-04-01'))

/** A section of `size` people whose step of 30 minutes is open from 6 May to 28 May 2027. */
export async function interviewCity(db: Database, size = 3): Promise<InterviewCity> {
  const tx = db.prisma
  const section = await addSection(tx, '0100', '総務課')
  const boss = await addPerson(tx, '佐藤 一郎', section, { title: '課長' })
  await addRoute(tx, 'first', { sectionId: section }, boss)
  const hr = await addPerson(tx, '人事 太郎', section, { title: '主査' })
  await grant(db, hr, 'hr')
  const staff: number[] = []
  for (let n = 1; n <= size; n++) staff.push(await addPerson(tx, `職員${n} 花子`, section))
  const cycle = await tx.cycle.create({
    data: {
      name: '令和9年度 人事評価',
      nameEn: 'FY2027 evaluation',
      startsOn: toDbDate(day('2027-04-01')),
      endsOn: toDbDate(day('2028-03-31')),
      status: 'open',
      participation: {},
      steps: {
        create: {
          ordinal: 1,
          kind: 'goal',
          name: '期首面談',
          nameEn: 'Goal interview',
          opensOn: toDbDate(day('2027-05-06')),
          deadline: toDbDate(day('2027-05-28')),
          recordDate: toDbDate(day('2027-04-01')),
          conductorRule: 'present',
          minutes: 30,
          prepare: '業績目標シート',
          prepareEn: 'your goal sheet',
        },
      },
    },
    include: { steps: true },
  })
  const step = cycle.steps[0]?.id ?? 0
  const made: number[] = []
  for (const personId of staff) {
    const interview = await tx.interview.create({
      data: {
        stepId: step,
        personId,
        deadline: toDbDate(day('2027-05-28')),
        participants: { create: { personId: boss, role: 'conductor', fromOn: early } },
      },
    })
    made.push(interview.id)
  }
  return { section, boss, staff, hr, step, interviews: made }
}

export const grant = (db: Database, personId: number, role: Role, sectionId: number | null = null) =>
  db.prisma.roleGrant.create({ data: { personId, role, sectionId, validFrom: early } })

/** What came back: cards in words and by button, forms, files, field errors. */
export interface Seen {
  readonly card: Card | undefined
  readonly place: 'new' | 'replace' | undefined
  readonly form: Form | undefined
  readonly files: readonly { name: string; text: string }[]
  readonly errors: Readonly<Record<string, string>>
}

/** Clicks, fills in and reads as somebody at a time, past intake (which is tested where it lives). */
export function desk(core: Core, db: Database, feature: Feature = interviews(core)) {
  const askOf = async (personId: number, now: Temporal.Instant): Promise<Ask> => {
    const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
    const actor = await loadActor(db.prisma, personId, today)
    if (!actor) throw new Error(`nobody with id ${personId}`)
    const sender = {
      platform: 'playground',
      tenant: 'playground',
      user: `${personId}`,
      locale: 'ja',
    } as const
    return { actor, language: actor.language, now, today, flow: 'test', sender }
  }
  const see = (answer: unknown): Seen => {
    const { replies = [], errors = {} } = answer as {
      replies?: readonly { type: string; card?: Card; place?: 'new' | 'replace'; form?: Form; file?: never }[]
      errors?: Record<string, string>
    }
    for (const { card, form } of replies) for (const part of [card, form]) if (part) expectLegal(part)
    const card = replies.find((reply) => reply.type === 'card')
    return {
      card: card?.card,
      place: card?.place,
      form: replies.find((reply) => reply.type === 'form')?.form,
      files: replies.flatMap((reply) => {
        const file = reply.file as { name: string; bytes: Uint8Array } | undefined
        return file ? [{ name: file.name, text: new TextDecoder().decode(file.bytes) }] : []
      }),
      errors,
    }
  }
  return {
    feature,
    async click(
      personId: number,
      id: string,
      data: ActionData,
      now = at('2027-05-10T09:00'),
      selected?: string,
    ): Promise<Seen> {
      const handler = feature.actions?.[id]
      if (!handler) throw new Error(`no action ${id}`)
      const ask = await askOf(personId, now)
      if (!(await handler.permission.allows(ask.actor, now))) throw new Error('not allowed')
      return see(await handler.handle(ask, handler.data.parse(data), selected))
    },
    async submit(
      personId: number,
      id: string,
      data: ActionData,
      values: FormValues,
      now = at('2027-05-10T09:00'),
    ): Promise<Seen> {
      const handler = feature.forms?.[id]
      if (!handler) throw new Error(`no form ${id}`)
      const ask = await askOf(personId, now)
      return see(await handler.handle(ask, handler.data.parse(data), values))
    },
    /** A file in a direct message, to the handler that takes it. */
    async give(
      personId: number,
      handler: FileHandler | undefined,
      name: string,
      bytes: Uint8Array,
      now = at('2027-05-10T09:00'),
    ): Promise<Seen> {
      if (!handler?.takes(name, bytes)) throw new Error(`${name} is not taken`)
      return see(await handler.handle(await askOf(personId, now), name, bytes))
    },
    async home(personId: number, now = at('2027-05-10T09:00')): Promise<readonly HomeItem[]> {
      return (await feature.home?.(await askOf(personId, now))) ?? []
    },
    async say(personId: number, id: string, rest = '', now = at('2027-05-10T09:00')): Promise<Seen> {
      const handler = feature.commands?.find((command) => command.id === id)
      if (!handler) throw new Error(`no command ${id}`)
      return see(await handler.handle(await askOf(personId, now), rest))
    },
  }
}

/** The data of every button of a card that asks for `action`. */
export function buttonsOf(card: Card | undefined, action: string): ActionData[] {
  const found: ActionData[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one)
    else if (typeof value === 'object' && value !== null) {
      const { id, data } = value as { id?: unknown; data?: ActionData }
      if (id === action) found.push(data ?? {})
      else for (const inner of Object.values(value)) walk(inner)
    }
  }
  walk(card?.blocks)
  return found
}

/** All that a card or a file says, values of facts included. */
export const words = (seen: Seen): string => JSON.stringify([seen.card, seen.files])
