// The demo city: about 120 people in eight sections, a few weeks into the interviews of the year. Its past is played
// through the product itself — the list imported, the cycle started, hours offered and picked by the people of the
// city — so that nothing in it is a state that could not have come about.
import type { Action, Card, FormValues } from '../cards/card.ts'
import type { InboundEvent, Reply } from '../chat/chat.ts'
import type { City } from '../compose.ts'
import { toDbInstant } from '../db/time.ts'
import { grantRole, importFile, sampleCity } from '../features/staff-list/index.ts'
import type { MovableClock } from '../kernel/clock.ts'
import { openAccounts } from './accounts.ts'
import { loadCast } from './people.ts'
import { TENANT } from './platform.ts'
import type { PersonEntry } from './wire.ts'

export interface DemoParts {
  readonly city: City
  readonly clock: MovableClock
  /** Moves the clock, with everything that happens on the way. */
  travel(target: Temporal.Instant): Promise<void>
}

const STAFF = 120
const SEED = 20
const FISCAL_YEAR = 2027

/** Fills an empty city; does nothing where there are people already. */
export async function loadDemoCity({ city, clock, travel }: DemoParts): Promise<void> {
  const { core } = city
  if ((await core.db.prisma.person.count()) > 0) return
  const at = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(core.zone).toInstant()
  const end = clock.now()
  clock.set(at('2027-04-20T09:00'))

  const sample = sampleCity({ staff: STAFF, seed: SEED, fiscalYear: FISCAL_YEAR })
  const imported = await importFile(core, {
    bytes: sample.csvCp932,
    name: '職員名簿.csv',
    effectiveOn: Temporal.PlainDate.from('2027-04-01'),
    apply: true,
    actorId: null,
  })
  if (!imported.usable || !imported.applied) throw new Error('the demo city could not be imported')
  const cast = await loadCast(core.db.prisma, clock.now().toZonedDateTimeISO(core.zone).toPlainDate())
  await openAccounts(core.db.prisma, clock.now())
  const [officer, administrator] = officers(cast)
  await grantRole(core, { number: officer.number, role: 'hr', actorId: null })
  await grantRole(core, { number: administrator.number, role: 'admin', actorId: null })

  const act = actor(city)
  const draft = await act.submit(officer, 'interviews.cycle-create', {
    preset: 'four-steps',
    year: String(FISCAL_YEAR),
  })
  const preview = await act.press(officer, draft, 'interviews.cycle-preview')
  await act.press(officer, preview, 'interviews.cycle-start')

  // After Golden Week two managers offer hours, and most of the first one's people choose theirs.
  await travel(at('2027-05-06T09:30'))
  const conductors = cast.filter(
    (person) => person.roles.includes('conductor') && person.title.includes('課長'),
  )
  const [early, later] = conductors
  if (early) await offerHours(act, early)
  await travel(at('2027-05-07T10:00'))
  if (early) await pickHours(city, act, early, 6)
  if (later) await offerHours(act, later)
  await travel(at('2027-05-07T16:00'))
  if (early) await sayHeld(city, act, early, 4)
  if (later) await pickHours(city, act, later, 5)
  await travel(end)
}

/** Somebody of the personnel section for HR; the next one looks after the system. */
function officers(cast: readonly PersonEntry[]): [PersonEntry, PersonEntry] {
  const free = cast.filter((person) => !person.roles.includes('conductor'))
  const office = free.filter((person) => /職員課|人事課/.test(person.section))
  const [hr, admin] = office.length >= 2 ? office : free
  if (!hr || !admin) throw new Error('the demo city has nobody for HR')
  return [hr, admin]
}

type Actor = ReturnType<typeof actor>

/** Lets people of the city write and press, through intake like everybody. */
function actor(city: City) {
  let serial = 0
  const send = (person: PersonEntry, event: Pick<InboundEvent, 'type'> & Record<string, unknown>) => {
    const sender = { platform: 'playground', tenant: TENANT, user: String(person.id), locale: 'ja' }
    return city.intake.receive({ key: `demo:${serial++}`, sender, ...event } as InboundEvent)
  }
  const click = (person: PersonEntry, action: Action) => send(person, { type: 'click', action })
  return {
    click,
    submit: (person: PersonEntry, form: string, values: FormValues, data: Action['data'] = {}) =>
      send(person, { type: 'submit', form, data, values }),
    /** Presses the first button with this action in what was answered; the demo is broken without one. */
    press: async (person: PersonEntry, replies: readonly Reply[], actionId: string) => {
      const action = actionsIn(replies).find((each) => each.id === actionId)
      if (!action) throw new Error(`the demo city finds no button ${actionId}`)
      return click(person, action)
    },
  }
}

const actionsIn = (replies: readonly Reply[]): Action[] =>
  replies.flatMap((reply) => (reply.type === 'card' ? actionsOf(reply.card) : []))

const actionsOf = (card: Card): Action[] =>
  card.blocks.flatMap((block) => {
    if (block.type === 'buttons')
      return block.buttons.flatMap((button) => ('action' in button ? [button.action] : []))
    if (block.type === 'list') return block.rows.flatMap((row) => (row.button ? [row.button.action] : []))
    return []
  })

/** Opens the form for hours and sends it as it is filled in. */
async function offerHours(act: Actor, conductor: PersonEntry): Promise<void> {
  const opened = (await act.click(conductor, { id: 'interviews.offer', data: {} })).find(
    (reply) => reply.type === 'form',
  )
  if (!opened) throw new Error('the demo city finds no form for hours')
  const values: Record<string, string | readonly string[]> = {}
  for (const field of opened.form.fields) {
    if ('values' in field && field.values) values[field.name] = field.values
    else if ('value' in field && field.value !== undefined) values[field.name] = String(field.value)
  }
  await act.submit(conductor, opened.form.id, { ...values, place: '第2会議室' }, opened.form.data)
}

/** The first people of a conductor's line choose an hour each. */
async function pickHours(city: City, act: Actor, conductor: PersonEntry, count: number): Promise<void> {
  const interviews = await city.core.db.prisma.interview.findMany({
    where: {
      status: 'waiting',
      participants: { some: { personId: conductor.id, role: 'conductor', toOn: null } },
    },
    orderBy: [{ deadline: 'asc' }, { id: 'asc' }],
    take: count,
  })
  for (const interview of interviews) {
    const person: PersonEntry = { ...conductor, id: interview.personId }
    const choices = await act.click(person, { id: 'interviews.pick', data: { interview: interview.id } })
    await act.press(person, choices, 'interviews.take')
  }
}

/** The first people of a line and their conductor say that their interviews were held. */
async function sayHeld(city: City, act: Actor, conductor: PersonEntry, count: number): Promise<void> {
  const now = toDbInstant(city.core.clock.now())
  const interviews = await city.core.db.prisma.interview.findMany({
    where: { status: 'booked', meeting: { conductorId: conductor.id, endsAt: { lte: now } } },
    orderBy: { id: 'asc' },
    take: count,
  })
  for (const { id, personId, version } of interviews) {
    const held: Action = { id: 'interviews.answer', data: { interview: id, version, answer: 'held' } }
    await act.click({ ...conductor, id: personId }, held)
    await act.click(conductor, held)
  }
}
