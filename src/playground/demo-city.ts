// The demo city: about 120 people in eight sections, a few weeks into the interviews of the year. Its past is played
// through the product itself — the list imported, the cycle started, hours offered and picked by the people of the
// city, trainings planned, an announcement sent — so that nothing in it is a state that could not have come about.
import type { Action } from '../cards/card.ts'
import type { City } from '../compose.ts'
import { toDbInstant } from '../db/time.ts'
import { grantRole, importFile, sampleCity } from '../features/staff-list/index.ts'
import type { MovableClock } from '../kernel/clock.ts'
import { openAccounts } from './accounts.ts'
import { type Actor, actor } from './demo-actor.ts'
import { callForGathering, seatGathering } from './demo-gatherings.ts'
import {
  acknowledge,
  announce,
  answerSurvey,
  applyForSelfDevelopment,
  applyForTraining,
  fillFirstCourse,
  listDesks,
  planTrainings,
  recordFirstCourse,
} from './demo-programmes.ts'
import { loadCast } from './people.ts'
import type { Store } from './store.ts'
import type { PersonEntry } from './wire.ts'

export interface DemoParts {
  readonly city: City
  readonly clock: MovableClock
  readonly store: Pick<Store, 'setAccount' | 'without'>
  /** Moves the clock, with everything that happens on the way. */
  travel(target: Temporal.Instant): Promise<void>
}

const STAFF = 120
const SEED = 20
const FISCAL_YEAR = 2027
/** Some of its people work with children, without a PC. */
const NURSERY = 'こども課'

/** Fills an empty city; does nothing where there are people already. */
export async function loadDemoCity({ city, clock, store, travel }: DemoParts): Promise<void> {
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
  for (const { id } of await nurseryTeachers(city)) store.setAccount(id, false)
  const today = clock.now().toZonedDateTimeISO(core.zone).toPlainDate()
  await openAccounts(core.db.prisma, clock.now(), today, store.without)
  const cast = await loadCast(core.db.prisma, today)
  const [officer, administrator] = officers(cast)
  await grantRole(core, { number: officer.number, role: 'hr', actorId: null })
  await grantRole(core, { number: administrator.number, role: 'admin', actorId: null })
  const clerk = cast.find(({ section, title, account }) => account && section === NURSERY && title === '主事')
  if (clerk)
    await grantRole(core, { number: clerk.number, role: 'clerk', section: clerk.section, actorId: null })

  const act = actor(city)
  const draft = await act.submit(officer, 'interviews.cycle-create', {
    preset: 'four-steps',
    year: String(FISCAL_YEAR),
  })
  const preview = await act.press(officer, draft, 'interviews.cycle-preview')
  await act.press(officer, preview, 'interviews.cycle-start')
  await planTrainings(act, city, officer)
  await fillFirstCourse(act, city, cast)
  await listDesks(act, officer)
  await callForGathering(act, officer, cast)

  // After Golden Week two managers offer hours, and most of the first one's people choose theirs.
  await travel(at('2027-05-06T09:30'))
  // Before the hours are offered: whoever comes next finds what there is to do on top.
  await seatGathering(act, city, officer)
  await announce(act, officer)
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
  await applyForTraining(act, city, cast, 3)
  await recordFirstCourse(act, city, officer)
  await applyForSelfDevelopment(act, city, cast, officer)
  await acknowledge(act, city, cast, 30)
  if (later) await pickHours(city, act, later, 5)
  await travel(at('2027-05-10T09:00'))
  await answerSurvey(act, city, 3)
  await travel(end)
}

/** Who has neither an address nor a PC, as nursery teachers often do. */
const nurseryTeachers = ({ core }: City) =>
  core.db.prisma.person.findMany({
    where: { email: null, posts: { some: { title: '保育士', section: { name: NURSERY } } } },
    select: { id: true },
  })

/** Somebody of the personnel section for HR; the next one looks after the system. */
function officers(cast: readonly PersonEntry[]): [PersonEntry, PersonEntry] {
  const free = cast.filter((person) => !person.roles.includes('conductor'))
  const office = free.filter((person) => /職員課|人事課/.test(person.section))
  const [hr, admin] = office.length >= 2 ? office : free
  if (!hr || !admin) throw new Error('the demo city has nobody for HR')
  return [hr, admin]
}

/** Opens the form for hours and sends it as it is filled in. */
async function offerHours(act: Actor, conductor: PersonEntry): Promise<void> {
  const opened = await act.click(conductor, { id: 'interviews.offer', data: {} })
  await act.fill(conductor, opened, { place: '第2会議室' })
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
