// Default deny, for all that is registered: whoever a matter is none of presses every button and sends every form of
// everybody else, and nothing changes and nobody is named. A new handler is covered as soon as it is registered: by
// the buttons that lead to it, and otherwise by data made up from its schema.
import pg from 'pg'
import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { ActionData } from '../src/cards/card.ts'
import type { Reply } from '../src/chat/chat.ts'
import { officer } from '../src/features/trainings/access.ts'
import type { ActionHandler, FormHandler } from '../src/intake/handler.ts'
import { Inbox } from '../src/intake/inbox.ts'
import { freshDatabase, type TestDatabase } from './support/database.ts'
import { undoing } from './support/undone.ts'
import {
  type Pressed,
  pressedIn,
  pressedOn,
  type Role,
  type Stored,
  unreleased,
  type WatchedCity,
  watchedCity,
} from './support/watched-city.ts'
import { confidants, confided } from './support/watched-talks.ts'

/** How often the database was asked for what people have said of their interviews. */
let confirmationsRead = 0
const askAsEver = pg.Client.prototype.query as (...args: unknown[]) => unknown
function askCounting(this: pg.Client, ...args: unknown[]): unknown {
  const [asked] = args
  const sql = typeof asked === 'string' ? asked : (asked as pg.QueryConfig | undefined)?.text
  if (sql?.includes('confirmation')) confirmationsRead += 1
  return askAsEver.apply(this, args)
}

let db: TestDatabase
let watched: WatchedCity
/** Everything that the people of the matter have before them, and data made up for what none of them has. */
let everything: readonly Pressed[]
/** Forms that were opened and ask for a person. */
const formsWithPeople = new Set<string>()
let changedByReading: readonly string[]
let atFirst: ReadonlySet<string>
const seen = new Map<string, Pressed>()
/** Who has it before them. */
const holders = new Map<Pressed, Role>()
// Filling the city and each person's reading are hooks of their own: together they take a minute on a busy machine.
beforeAll(async () => {
  pg.Client.prototype.query = askCounting as typeof pg.Client.prototype.query
  db = await freshDatabase()
})
beforeAll(async () => {
  watched = await watchedCity(db)
  atFirst = await contents('nobody')
})

afterAll(async () => {
  pg.Client.prototype.query = askAsEver as typeof pg.Client.prototype.query
  await db.drop()
})

const involved: readonly Role[] = ['hr', 'admin', 'boss', 'picks', 'booked', 'met', 'unclear', 'asks', 'away']
/** What everybody involved read before anything was changed. */
const readAtFirst = new Map<Role, Map<string, string>>()
/** What of it was answered after a look at what people have said of their interviews, and how to ask for it again. */
const saidOf = new Map<Role, Map<string, () => Promise<readonly Reply[]>>>()
for (const who of [...involved, 'observer', 'otherOfficer'] as const)
  beforeAll(async () => {
    const { pressed, read, ofConfirmations } = await crawl(who)
    saidOf.set(who, ofConfirmations)
    if (who !== 'observer' && who !== 'otherOfficer')
      for (const each of pressed) {
        seen.set(JSON.stringify(each), each)
        holders.set(each, who)
      }
    readAtFirst.set(who, read)
  })
beforeAll(async () => {
  changedByReading = [...atFirst.symmetricDifference(await contents('nobody'))]
  everything = [...seen.values(), ...(await madeUp([...seen.values()]))]
})

interface Registered {
  readonly type: Pressed['type']
  readonly id: string
  readonly handler: ActionHandler | FormHandler
}

const registered = (): Registered[] =>
  watched.city.features.flatMap(({ actions = {}, forms = {} }) => [
    ...Object.entries(actions).map(([id, handler]) => ({ type: 'click' as const, id, handler })),
    ...Object.entries(forms).map(([id, handler]) => ({ type: 'submit' as const, id, handler })),
  ])
const commands = () => watched.city.features.flatMap((feature) => feature.commands ?? [])
const keyOf = (pressed: Pick<Pressed, 'type' | 'id'>) => `${pressed.type} ${pressed.id}`

/**
 * All that somebody finds by reading, and can press then: messages, commands and Home, and every reading button from
 * there.
 */
async function crawl(who: Role): Promise<{
  pressed: Pressed[]
  read: Map<string, string>
  ofConfirmations: Map<string, () => Promise<readonly Reply[]>>
}> {
  const changing = new Set(
    registered().flatMap(({ id, handler }) =>
      'effect' in handler && handler.effect === 'changes' ? [id] : [],
    ),
  )
  const found = new Map<string, Pressed>()
  const read = new Map<string, string>()
  const ofConfirmations = new Map<string, () => Promise<readonly Reply[]>>()
  const queue: Pressed[] = []
  const take = (pressed: Pressed) => {
    const key = JSON.stringify(pressed)
    if (found.has(key)) return
    found.set(key, pressed)
    if (pressed.type === 'click' && !changing.has(pressed.id) && !pressed.id.startsWith('intake.'))
      queue.push(pressed)
  }
  const look = async (what: string, ask: () => Promise<readonly Reply[]>) => {
    const before = confirmationsRead
    const replies = await ask()
    if (confirmationsRead > before) ofConfirmations.set(what, ask)
    read.set(what, await wordsOf(replies))
    replies.flatMap(pressedIn).forEach(take)
    for (const reply of replies)
      if (reply.type === 'form' && reply.form.fields.some(({ type }) => type === 'person'))
        formsWithPeople.add(reply.form.id)
  }
  for (const { to, card } of watched.told()) if (to === who) pressedOn(card).forEach(take)
  await look('home', () => watched.send(who, { type: 'home' }))
  for (const { id, phrases } of commands()) await look(id, () => say(who, phrases.ja[0] ?? ''))
  for (let next = queue.shift(); next; next = queue.shift()) {
    const pressed = next
    await look(JSON.stringify(pressed), () => watched.press(who, pressed))
  }
  return { pressed: [...found.values()], read, ofConfirmations }
}

const say = (who: Parameters<WatchedCity['send']>[0], text: string) =>
  watched.send(who, { type: 'words', text })

/** Data that the schema takes, about each interview of the city, for handlers that no button was found for. */
async function madeUp(seen: readonly Pressed[]): Promise<Pressed[]> {
  const reached = new Set(seen.map(keyOf))
  const facts = await factsOfCity()
  return registered()
    .filter((each) => !reached.has(keyOf(each)))
    .flatMap(({ type, id, handler }) => {
      const { properties = {} } = z.toJSONSchema(handler.data, { unrepresentable: 'any' }) as {
        properties?: Record<string, { type?: string; enum?: (string | number)[] }>
      }
      const tries = facts.map((known): ActionData => {
        const entries = Object.entries(properties).map(([name, { type: kind, enum: of }]) => {
          if (name in known && !of) return [name, known[name] ?? 1] as const
          return [name, of?.[0] ?? (kind === 'boolean' ? true : kind === 'string' ? 'x' : 1)] as const
        })
        return Object.fromEntries(entries)
      })
      const fitting = [...new Map(tries.map((data) => [JSON.stringify(data), data])).values()].filter(
        (data) => handler.data.safeParse(data).success,
      )
      // A schema that this cannot satisfy must be told to it: see `factsOfCity`.
      expect(fitting, `data for ${id}`).not.toEqual([])
      return fitting.map(
        (data): Pressed =>
          type === 'click' ? { type, id, data } : { type, id, data, values: { date: '2027-06-03' } },
      )
    })
}

/** What the names of properties in button data stand for, once an interview. */
async function factsOfCity(): Promise<Record<string, number | string>[]> {
  const { prisma } = db
  const interviews = await prisma.interview.findMany({
    where: { personId: { in: involved.map((role) => watched.people[role]) } },
    include: { step: true },
    orderBy: { id: 'asc' },
  })
  const first = async (found: Promise<{ id: number } | null>) => (await found)?.id ?? 1
  const shared = {
    slot: await first(prisma.slot.findFirst({ where: { status: 'offered' } })),
    arrangement: await first(prisma.arrangement.findFirst()),
    request: await first(prisma.deadlineRequest.findFirst()),
    grant: await first(prisma.roleGrant.findFirst()),
    section: await first(prisma.section.findFirst()),
    holder: watched.people.boss,
    broadcast: await first(prisma.broadcast.findFirst({ where: { status: 'sent' } })),
    before: 1_000_000,
    made: 0,
  }
  const id = await first(prisma.staffImport.findFirst())
  return interviews.map((each) => ({
    ...shared,
    id,
    interview: each.id,
    version: each.version,
    step: each.stepId ?? 1,
    cycle: each.step?.cycleId ?? 1,
    meeting: each.meetingId ?? 1,
    person: each.personId,
  }))
}

/** At most so many of one kind, spread over all there are. */
function some(pressed: readonly Pressed[], most: number): Pressed[] {
  return [...Map.groupBy(pressed, keyOf).values()].flatMap((found) =>
    found.filter(
      (_, i) => Math.floor((i * most) / found.length) !== Math.floor(((i - 1) * most) / found.length),
    ),
  )
}

/** All that a reply says, files and spreadsheets included. */
async function wordsOf(replies: readonly Reply[]): Promise<string> {
  const parts = replies.map(async (reply) => {
    if (reply.type !== 'file') return JSON.stringify(reply)
    const { bytes, ...file } = reply.file
    // A workbook's own bytes hold the moment at which it was written.
    const workbook = file.name.endsWith('.xlsx')
    const words = workbook ? await readExcelFile(Buffer.from(bytes)) : new TextDecoder().decode(bytes)
    return JSON.stringify([file, words])
  })
  return (await Promise.all(parts)).join('\n')
}

const unreleasedIn = (words: string): string[] => unreleased.filter((secret) => words.includes(secret))

const familyOf = (role: Role) => watched.names[role].split(' ')[0] ?? ''

/** Those who are named in a reply although this person has nothing to do with them. */
async function namedTo(replies: readonly Reply[], known: readonly Role[]): Promise<string[]> {
  const words = await wordsOf(replies)
  const roles = Object.keys(watched.people) as Role[]
  return roles.filter((role) => !known.includes(role) && words.includes(familyOf(role)))
}

/** What is a person's own to change: their language, their calendar feed, their drafts and lists, and the trail of it. */
function isOwn({ table, row }: Stored, id: number): boolean {
  if (table === 'person') return row.id === id
  if (table === 'feed') return row.person_id === id
  if (table === 'broadcast_list') return row.author_id === id
  if (table === 'broadcast') return row.status === 'draft' && row.author_id === id
  return table === 'audit' && row.actor_id === id && row.subject_person_id === id
}

/** All rows that are not this person's own, as text. */
async function contents(who: Role | 'nobody'): Promise<ReadonlySet<string>> {
  const rows = await watched.contents()
  const others = who === 'nobody' ? rows : rows.filter((each) => !isOwn(each, watched.people[who]))
  return new Set(others.map((each) => JSON.stringify(each)))
}

/** Whoever tries everything does so in three tests. */
const thirds = [1, 2, 3]

/** Presses, sends, says and opens all of it as this person, but what they may do. */
async function tryAll(
  who: Role | 'nobody',
  most: number,
  known: readonly Role[] = [],
  may: Pick<RegExp, 'test'> = /(?!)/,
  third?: number,
): Promise<void> {
  const before = await contents(who)
  const named: Record<string, string[]> = {}
  const broken: string[] = []
  const look = async (what: string, replies: readonly Reply[]) => {
    const found: string[] = await namedTo(replies, known)
    found.push(...unreleasedIn(await wordsOf(replies)))
    if (found.length > 0) named[what] = found
    if (replies.length === 0 || JSON.stringify(replies).includes('受付番号')) broken.push(what)
  }
  const part = <Each>(all: readonly Each[]) => all.filter((_, at) => !third || at % 3 === third - 1)
  for (const pressed of part(some(everything, most).filter(({ id }) => !may.test(id))))
    await look(JSON.stringify(pressed), await watched.press(who, pressed))
  for (const { id, phrases } of part(commands().filter((each) => !may.test(each.id)))) {
    // All words of a command lead to one handler: whoever tries everything says them all.
    const said = most >= 1000 ? [...phrases.ja, ...phrases.en] : phrases.ja.slice(0, 1)
    for (const phrase of said) await look(phrase, await say(who, phrase))
    const run = { type: 'click', id: 'intake.run', data: { command: id } } as const
    await look(`run ${id}`, await watched.press(who, run))
  }
  await look('home', await watched.send(who, { type: 'home' }))
  await look('installed', await watched.send(who, { type: 'installed' }))
  const bytes = new TextEncoder().encode('職員番号,氏名\r\n9001,新田 新\r\n')
  await look('file', await watched.send(who, { type: 'file', name: 'list.csv', bytes }))
  expect(named).toEqual({})
  expect(broken).toEqual([])
  const after = await contents(who)
  expect([...before.symmetricDifference(after)]).toEqual([])
}

/** Those whom HR and training officers of the tax section may see. */
const taxPart = [
  ...(['otherHr', 'trainer', 'taxBoss', 'former', 'outsider', 'formerHr', 'clerk', 'observer'] as const),
]

/**
 * Courses and gatherings of their own part are theirs to add; those that there are belong to the whole city. So are
 * evaluators and opening days of their own sections (people-chat.test.ts, calendars: never those of others).
 */
const ownCourse = /^(trainings\.course-save|gatherings\.save|staff-list\.gaps-save|calendars\.office-save)$/

/** Anybody's own to begin: an application, about which their supervisor is asked. */
const applies = /^trainings\.self-save$/

/** What a training officer of the whole city may do; what is the participants' own, not. */
function runsTrainings(): Pick<RegExp, 'test'> {
  const theirs = [...registered(), ...commands().map((command) => ({ id: command.id, handler: command }))]
    .filter(({ id, handler }) => id.startsWith('trainings.') && handler.permission === officer)
    .map(({ id }) => id)
  // As the buttons of their list of applications do, where the supervisor cannot be waited for.
  return { test: (id) => theirs.includes(id) || /^trainings\.(approve|decline)/.test(id) }
}
const but = (...those: readonly Pick<RegExp, 'test'>[]) => ({
  test: (id: string) => those.some((each) => each.test(id)),
})

test('the city holds something to protect, and every handler is tried', async () => {
  const count = (status: string) => db.prisma.interview.count({ where: { status } })
  for (const status of ['waiting', 'booked', 'unclear', 'suspended', 'cancelled'])
    expect(await count(status), status).toBeGreaterThan(0)
  expect(await db.prisma.deadlineRequest.count({ where: { status: 'asked' } })).toBe(1)
  expect(await db.prisma.arrangement.count({ where: { status: 'collecting' } })).toBe(1)
  expect(await db.prisma.staffImport.count({ where: { status: 'preview' } })).toBe(1)
  for (const status of ['sent', 'scheduled', 'awaiting', 'draft'])
    expect(await db.prisma.broadcast.count({ where: { status } }), status).toBe(1)
  expect(await db.prisma.confirmation.count()).toBeGreaterThan(2)
  const signUps = await db.prisma.signUp.groupBy({ by: ['status'] })
  const states = ['applied', 'attended', 'awaiting_approval', 'confirmed', 'nominated', 'offered']
  expect(signUps.map(({ status }) => status).toSorted()).toEqual(states)
  const applications = await db.prisma.selfDevelopment.groupBy({ by: ['status'] })
  const decided = ['awaiting_approval', 'awaiting_hr', 'granted']
  expect(applications.map(({ status }) => status).toSorted()).toEqual(decided)
  // Buttons on real rows, not data made up: of trainings and announcements all but a few.
  const reached = new Set([...seen.values()].map(keyOf))
  const unreached = registered().filter((each) => !reached.has(keyOf(each)))
  const few = ['roster-find', 'roster-of', 'history', 'history-export', 'figures-of', 'roster-found'].map(
    (id) => `trainings.${id}`,
  )
  // Of a list of staff numbers, which waits for days only, with data made up: broadcasts.test.ts has real ones.
  const lists = ['list', 'list-use', 'list-into', 'list-write', 'list-problems', 'list-discard'].map(
    (id) => `broadcasts.${id}`,
  )
  expect(unreached.map(({ id }) => id).filter((id) => /^(trainings|broadcasts)\./.test(id))).toEqual([
    ...few,
    ...lists,
  ])
  const pairs = await db.prisma.mentoringPair.findMany({ select: { status: true } })
  expect(pairs.map(({ status }) => status).toSorted()).toEqual(['active', 'offered', 'proposed'])
  const talked = unreached.map(({ id }) => id).filter((id) => /^(one-on-ones|mentoring|handover)\./.test(id))
  const later = ['topic-back', 'resume', 'continue', 'feel', 'setup'].map((id) => `one-on-ones.${id}`)
  // What has ended, is paused, was done already or is not done yet in this city.
  // Nobody is invited where no e-mail is sent, and what is a guest's own is on no page of the staff's.
  const ofGuests = ['guests-add', 'guest-end', 'sign-up-guest', 'guests']
  expect(talked).toEqual([
    ...later,
    'mentoring.take',
    'mentoring.survey',
    ...ofGuests.map((id) => `mentoring.${id}`),
  ])
  for (const status of ['draft', 'published'])
    expect(await db.prisma.gatheringRound.count({ where: { status } }), status).toBe(1)
  const tried = new Set(everything.map(keyOf))
  expect(registered().filter((each) => !tried.has(keyOf(each)))).toEqual([])
})

describe('what two people confide in each other', () => {
  const said = (words: string) => confided.filter((each) => words.includes(each))

  test('is read by both', () => {
    for (const who of confidants)
      expect(said([...(readAtFirst.get(who)?.values() ?? [])].join()), who).toEqual([...confided])
  })

  test.each([...involved, 'observer', 'otherOfficer'].filter((who) => !confidants.includes(who as Role)))(
    '%s reads nothing of it, whatever is asked and pressed',
    (who) => {
      const found = [...(readAtFirst.get(who as Role) ?? [])].filter(([, words]) => said(words).length > 0)
      expect(found).toEqual([])
    },
  )

  test('no message says anything of it, and no row of the database shows it', async () => {
    expect(watched.told().filter(({ card }) => said(JSON.stringify(card)).length > 0)).toEqual([])
    const rows = await watched.contents()
    expect(rows.filter((row) => said(JSON.stringify(row)).length > 0)).toEqual([])
    const hex = confided.map((each) => Buffer.from(each).toString('hex'))
    expect(rows.filter((row) => hex.some((each) => JSON.stringify(row).includes(each)))).toEqual([])
  })
})

describe('of a list before its release', () => {
  test('the officer named for it sees all', () => {
    const words = [...(readAtFirst.get('hr')?.values() ?? [])].join()
    expect(unreleasedIn(words)).toEqual(expect.arrayContaining(['秘蔵', '未公開', 'X7788']))
  })

  test.each([...involved.filter((who) => who !== 'hr'), 'observer', 'otherOfficer'] as const)(
    '%s reads nothing, whatever is asked and pressed',
    (who) => {
      const found = [...(readAtFirst.get(who) ?? [])].filter(([, words]) => unreleasedIn(words).length > 0)
      expect(found).toEqual([])
    },
  )

  test('no message says anything', () => {
    const found = watched.told().filter(({ card }) => unreleasedIn(JSON.stringify(card)).length > 0)
    expect(found).toEqual([])
  })

  test('it stands in no table but the one in which it waits, so that nothing is drawn from it', async () => {
    const rows = await watched.contents()
    const found = rows.filter(({ row }) => unreleasedIn(JSON.stringify(row)).length > 0)
    expect(found.map(({ table, row }) => [table, row.status])).toEqual([['staff_import', 'scheduled']])
  })
})

test('what says that it only reads changes nothing', () => {
  expect(changedByReading).toEqual([])
})

async function answerAs(by: Role, about: Role, answer: string | null): Promise<void> {
  const interview = await db.prisma.interview.findFirstOrThrow({
    where: { personId: watched.people[about], meetingId: { not: null } },
  })
  const meetingId = interview.meetingId ?? 0
  const personId = watched.people[by]
  const key = { meetingId_personId: { meetingId, personId } }
  const answeredAt = new Date('2027-05-17T00:00:00Z')
  if (answer === null) await db.prisma.confirmation.deleteMany({ where: { meetingId, personId } })
  else {
    const create = { meetingId, personId, answer, answeredAt }
    await db.prisma.confirmation.upsert({ where: key, create, update: { answer } })
  }
}

describe('nothing that anybody else reads depends on what one side has answered', () => {
  test('as all have read it, one side has said "held" and the other nothing', async () => {
    const ofMet = { meeting: { interviews: { some: { personId: watched.people.met } } } }
    const said = await db.prisma.confirmation.findMany({ where: ofMet })
    expect(said.map(({ personId, answer }) => [personId, answer])).toEqual([[watched.people.met, 'held']])
  })

  const differently = [
    { by: 'met', otherwise: 'not_held', before: 'held', readers: ['boss', 'hr', 'observer'] },
    { by: 'met', otherwise: null, before: 'held', readers: ['boss', 'hr', 'observer'] },
    { by: 'boss', otherwise: 'not_held', before: null, readers: ['met', 'hr'] },
  ] as const
  test.each(
    differently.flatMap(({ readers, ...answer }) => readers.map((reader) => ({ reader, ...answer }))),
  )('$reader reads the same when $by says $otherwise', async ({ reader, by, otherwise, before }) => {
    // What was answered without a look at what people have said cannot depend on it.
    const asked = saidOf.get(reader) ?? new Map<string, () => Promise<readonly Reply[]>>()
    expect(asked.size).toBeGreaterThan(reader === 'met' ? 1 : 3)
    await answerAs(by, 'met', otherwise)
    try {
      for (const [what, ask] of asked)
        expect(await wordsOf(await ask()), what).toEqual(readAtFirst.get(reader)?.get(what))
    } finally {
      await answerAs(by, 'met', before)
    }
  })
})

test('colleagues are searched for forms that have a field for them, by those who may send them, and by nobody else', async () => {
  const search = async (who: Role | 'nobody', form: string) => {
    const query = familyOf('boss')
    const [reply] = await watched.send(who, { type: 'lookup', form, field: 'person', query })
    return reply?.type === 'options' ? reply.options.length : -1
  }
  const forms = registered().filter(({ type }) => type === 'submit')
  // A training officer gives colleagues seats in trainings; who takes part in round tables or
  // mentoring may name people in confidence.
  const may = (who: string, id: string) =>
    (who === 'clerk' && id.startsWith('trainings.')) ||
    (who === 'picks' && (id === 'gatherings.apart' || id === 'mentoring.sign-up'))
  for (const { id } of forms)
    for (const who of [
      'nobody',
      'gone',
      'guest',
      'outsider',
      'formerHr',
      'former',
      'clerk',
      'picks',
    ] as const)
      if (!may(who, id)) expect(await search(who, id), `${id} for ${who}`).toBe(0)
  expect(formsWithPeople.size).toBeGreaterThan(4)
  for (const id of formsWithPeople)
    expect((await search('hr', id)) + (await search('admin', id)), id).toBeGreaterThan(0)
})

test.each((['hr', 'boss'] as const).flatMap((who) => [2 ** 31, -1].map((wrong) => [who, wrong] as const)))(
  'from %s, %i, a number that no row can have, is a button out of date, not a fault',
  async (who, wrong) => {
    const broken: string[] = []
    for (const pressed of some(everything, 1))
      for (const [name, value] of Object.entries(pressed.data)) {
        if (typeof value !== 'number') continue
        const replies = await watched.press(who, { ...pressed, data: { ...pressed.data, [name]: wrong } })
        if (JSON.stringify(replies).includes('受付番号')) broken.push(`${pressed.id} ${name}`)
      }
    expect(broken).toEqual([])
  },
)

describe('nothing changes, and nobody is named, for', () => {
  test.each(thirds)('a stranger (%i of 3)', (third) => tryAll('nobody', 1000, [], undefined, third))
  test('somebody who has left', () => tryAll('gone', 2))
  test('somebody who is to join (内定者)', () =>
    tryAll('guest', 2, ['guest'], /^(gatherings|mentoring)\.guest-end$/))
  test.each(thirds)('a member of staff of another section (%i of 3)', (third) =>
    tryAll('outsider', 1000, ['outsider', 'taxBoss'], applies, third),
  )
  test('somebody whose HR right has ended', () => tryAll('formerHr', 3, ['formerHr', 'taxBoss'], applies))
  test('a section clerk and training officer', () =>
    tryAll('clerk', 3, taxPart, but(/^broadcasts\./, applies, runsTrainings())))
  test('a training officer of another part of the city', () => {
    return tryAll('trainer', 5, taxPart, but(applies, ownCourse))
  })
  test('whoever conducted these interviews before', () => tryAll('former', 5, ['former', 'taxBoss'], applies))
  test('HR of another part of the city', () => {
    return tryAll('otherHr', 8, taxPart, but(applies, ownCourse))
  })
})

test('nothing changes for a second evaluator, who may look', () =>
  tryAll('observer', 5, Object.keys(watched.people) as Role[], applies))

test('whoever may brings it about in one piece, with what shows it again where the answer is lost', async () => {
  const undone = await undoing(db)
  const [notes, ends] = [vi.spyOn(Inbox.prototype, 'noteEffect'), vi.spyOn(Inbox.prototype, 'settle')]
  const wrong: string[] = []
  const done = new Set<string>()
  const tries = new Map<string, number>()
  let trying = ''
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (_: unknown, line = '') => wrong.push(`${trying}: ${line}`),
  }
  try {
    const { intake } = watched.on(undone.db, log)
    const reading = new Set(
      registered().flatMap((each) =>
        'effect' in each.handler && each.handler.effect === 'reads' ? [keyOf(each)] : [],
      ),
    )
    // A city that begins anew with each: nothing that one of them ends is missed by the next.
    for (const [pressed, who] of holders) {
      trying = keyOf(pressed)
      const before = tries.get(trying) ?? 0
      if (reading.has(trying) || done.has(trying) || before === 3) continue
      tries.set(trying, before + 1)
      await undone.run(async () => {
        const event = watched.eventOf(who, pressed)
        notes.mockClear()
        ends.mockClear()
        await intake.receive(event)
        const [again] = ends.mock.calls.map(([, , , action]) => action)
        const [noted, ...more] = notes.mock.calls.map(([, , result]) => result)
        if (noted === undefined) return
        done.add(trying)
        const kept = typeof noted === 'object' && noted !== null && 'again' in noted
        if (more.length > 0) wrong.push(`${trying}: in ${more.length + 1} pieces`)
        if (again && !kept) wrong.push(`${trying}: what shows it again is not kept with it`)
        const shown = JSON.stringify(await intake.receive(event))
        if (notes.mock.calls.length > 1) wrong.push(`${trying}: done once more`)
        if (again && shown.includes('表示が古くなっています')) wrong.push(`${trying}: nothing shows it again`)
      })
    }
  } finally {
    notes.mockRestore()
    ends.mockRestore()
    await undone.close()
  }
  expect(wrong).toEqual([])
  expect(done.size).toBeGreaterThan(100)
})

test('an administrator gives rights and reads the trail, and has no other right by it', async () => {
  const personId = watched.people.clerk
  await db.prisma.roleGrant.create({ data: { personId, role: 'admin', validFrom: new Date('2027-04-01') } })
  await tryAll(
    'clerk',
    3,
    taxPart,
    but(/^(broadcasts\.|staff-list\.(rights?|revoke|trail|trail-page)$)/, applies, runsTrainings()),
  )
})
