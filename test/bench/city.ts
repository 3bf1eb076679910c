// The city that is measured: 3,000 staff in a folder of their own, filled through the product itself.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Action, Card } from '../../src/cards/card.ts'
import type { Address, ChatPlatform, InboundEvent, Reply } from '../../src/chat/chat.ts'
import { type City, composeCity } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { toDbInstant } from '../../src/db/time.ts'
import { grantRole, importFile, sampleCity } from '../../src/features/staff-list/index.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { claimWorld } from '../../src/world.ts'

export const STAFF = 3000
export const FISCAL_YEAR = 2027
export const SEED = 3000
export const zone = 'Asia/Tokyo'
/** The playground's own: the restarted program is asked as one of its people. */
export const TENANT = 'playground'

export const at = (local: string): Temporal.Instant =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()

export interface BenchCity {
  /** What HAGUKUMI_DATA is for a program that is started on this city. */
  readonly folder: string
  readonly clock: MovableClock
  readonly db: Database
  readonly city: City
  /** The staff list as HR has it, CP932. */
  readonly list: Uint8Array
  /** Tells the bot something, through intake like everybody. Throws on no reply. */
  tell(personId: number, event: Told): Promise<readonly Reply[]>
  /** Closes the database; the folder stays until `remove`. */
  close(): Promise<void>
  remove(): Promise<void>
}

type Told =
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'home' }
  | { readonly type: 'click'; readonly action: Action }
  | { readonly type: 'submit'; readonly form: string; readonly values: Readonly<Record<string, string>> }

type Arrived = (to: Address, card: Card) => void

/** A chat in which everything arrives at once and nothing is kept. */
const chatOf = (arrived: Arrived): ChatPlatform => ({
  platform: 'playground',
  send: async (to, card, token) => {
    arrived(to, card)
    return { type: 'done', ref: { conversation: to.conversation ?? to.user, id: token } }
  },
  update: async () => {},
  sendFile: async (to, file) => ({ type: 'done', ref: { conversation: to.user, id: file.name } }),
})

/** An empty city in a temporary folder, on the morning on which HR gives it the staff list. */
export async function openCity({
  staff = STAFF,
  arrived = () => {},
}: {
  readonly staff?: number
  readonly arrived?: Arrived
} = {}): Promise<BenchCity> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const db = await openDatabase({ dir: path.join(folder, 'demo') })
    const clock = new MovableClock(at('2027-04-20T09:00'))
    await claimWorld(db, readConfig({}), clock.now())
    const log = createLog('error')
    const secret = secretOf(Buffer.alloc(32, 7))
    const city = composeCity({ db, clock, zone, secret, log, platforms: [chatOf(arrived)] })
    let serial = 0
    const tell = async (personId: number, event: Told) => {
      const user = String(personId)
      const sender = { platform: 'playground', tenant: TENANT, user, locale: 'ja' } as const
      const replies = await city.intake.receive({
        key: `bench:${serial++}`,
        sender,
        ...event,
      } as InboundEvent)
      if (replies.length === 0) throw new Error('the bot said nothing')
      return replies
    }
    const close = async () => {
      await city.delivery.stop()
      await db.close()
    }
    const { csvCp932 } = sampleCity({ staff, seed: SEED, fiscalYear: FISCAL_YEAR })
    return { folder, clock, db, city, list: csvCp932, tell, close, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

export interface Staff {
  readonly people: readonly number[]
  readonly hr: number
}

/** Applies the list, gives everybody an account, and makes one person HR. */
export async function importStaff({ city, db, clock, list }: BenchCity): Promise<Staff> {
  const effectiveOn = Temporal.PlainDate.from({ year: FISCAL_YEAR, month: 4, day: 1 })
  const name = '職員名簿.csv'
  const imported = await importFile(city.core, { bytes: list, name, effectiveOn, apply: true, actorId: null })
  if (!imported.usable || !imported.applied) throw new Error('the staff list could not be imported')
  const people = await db.prisma.person.findMany({
    select: { id: true, number: true },
    orderBy: { id: 'asc' },
  })
  await db.prisma.identity.createMany({
    data: people.map(({ id }) => ({
      personId: id,
      platform: 'playground',
      tenant: TENANT,
      userId: String(id),
      conversation: `D${id}`,
      lastSeenAt: toDbInstant(clock.now()),
    })),
  })
  const officer = people[people.length - 1]
  if (!officer) throw new Error('the city is empty')
  await grantRole(city.core, { number: officer.number, role: 'hr', actorId: null })
  return { people: people.map(({ id }) => id), hr: officer.id }
}

/** The first button of the replies that asks for this, wherever it stands. */
export function buttonFor(replies: readonly Reply[], actionId: string): Action {
  const found = replies.flatMap((reply) => (reply.type === 'card' ? actionsIn(reply.card.blocks) : []))
  const action = found.find(({ id }) => id === actionId)
  if (!action) throw new Error(`nobody offers ${actionId}`)
  return action
}

/** All that can be pressed, wherever it stands. */
export function actionsIn(value: unknown): Action[] {
  if (Array.isArray(value)) return value.flatMap(actionsIn)
  if (typeof value !== 'object' || value === null) return []
  const { action, ...rest } = value as { readonly action?: Action }
  return [...(action ? [action] : []), ...Object.values(rest).flatMap(actionsIn)]
}
