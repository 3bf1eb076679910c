// What two people have with each other in the watched city: a 1on1 with topics, notes and a feeling, an OJT pair, a
// mentoring programme with a pair of every state and somebody who asks for another one, and work that is handed over.
import type { FormValues } from '../../src/cards/card.ts'
import { toDbDate, toDbInstant } from '../../src/db/time.ts'
import { at, day } from './small-city.ts'
import type { Role, Submit, WatchedCity } from './watched-city.ts'

/** Said between two people: found in what they read, and nowhere else. */
export const confided = ['打明話の話題', '打明話の覚書'] as const
/** Between whom. */
export const confidants: readonly Role[] = ['boss', 'picks']

type Watched = Omit<WatchedCity, 'told'>

export async function talk(watched: Watched, submit: Submit): Promise<void> {
  await meetOneToOne(watched, submit)
  await mentor(watched, submit)
  const { city, people, press } = watched
  await submit('boss', 'handover.begin', {
    from: `${people.booked}`,
    to: `${people.picks}`,
    due: '2027-05-31',
  })
  // A tick that can be taken back.
  const item = await city.core.db.prisma.handoverItem.findFirstOrThrow({ orderBy: { id: 'asc' } })
  await press('picks', { type: 'click', id: 'handover.tick', data: { item: item.id } })
}

async function meetOneToOne({ city, people, press }: Watched, submit: Submit): Promise<void> {
  const { prisma } = city.core.db
  const setup = { scope: 'nowhere', cadence: 'monthly', minutes: '30', notes: ['on'], kept: '12' }
  await submit('hr', 'one-on-ones.setup', { ...setup, template: '案内\n実務' })
  const rhythm: FormValues = {
    cadence: 'weekly',
    weekday: '4',
    nth: '1',
    time: '16:00',
    minutes: '30',
    place: '',
    starts: '2027-05-18',
  }
  await submit('picks', 'one-on-ones.create', { partner: `${people.boss}`, ...rhythm })
  const { id: series } = await prisma.oneOnOne.findFirstOrThrow({ where: { kind: 'line' } })
  const [topic, note] = confided
  await submit('picks', 'one-on-ones.topic', { text: topic, wish: 'listen' }, { series })
  await submit('boss', 'one-on-ones.note', { text: note }, { series })
  await submit('picks', 'one-on-ones.note', { text: note }, { series })
  // One that is over already: was it held?
  const meeting = await prisma.oneOnOneMeeting.create({
    data: {
      seriesId: series,
      dueOn: toDbDate(day('2027-05-13')),
      startsAt: toDbInstant(at('2027-05-13T16:00')),
      endsAt: toDbInstant(at('2027-05-13T16:30')),
    },
  })
  const answered = { meeting: meeting.id, held: true }
  await press('picks', { type: 'click', id: 'one-on-ones.answer', data: answered })
  const felt = { meeting: meeting.id, face: 2 }
  await press('picks', { type: 'click', id: 'one-on-ones.feel', data: felt })
  const pair = { trainer: `${people.booked}`, newcomer: `${people.met}` }
  await submit('boss', 'one-on-ones.ojt', { ...pair, ...rhythm, time: '10:00' })
  const week = await prisma.ojtWeek.findFirstOrThrow({ orderBy: { id: 'asc' } })
  await press('met', { type: 'click', id: 'one-on-ones.tick', data: { week: week.id } })
}

async function mentor({ city, people, press }: Watched, submit: Submit): Promise<void> {
  const { prisma } = city.core.db
  await submit('hr', 'mentoring.save', {
    kind: 'mentor',
    name: '若手の相談',
    startsOn: '2027-05-01',
    endsOn: '2027-09-30',
    signUpUntil: '2027-05-28',
    cadence: 'monthly',
    capacity: '2',
    topics: '仕事\nキャリア',
    styles: 'じっくり',
    times: '昼休み',
  })
  const made = await prisma.mentoringProgramme.findFirstOrThrow({ orderBy: { id: 'desc' } })
  await prisma.mentoringProgramme.update({
    where: { id: made.id },
    data: {
      menteeAudience: { people: [people.asks, people.met] },
      mentorAudience: { people: [people.boss] },
    },
  })
  const data = { programme: made.id, version: made.version }
  await press('hr', { type: 'click', id: 'mentoring.start', data })
  const answer = { topics: ['0'], styles: ['0'], times: ['0'], avoid1: `${people.hr}` }
  await submit('asks', 'mentoring.sign-up', answer, { programme: made.id })
  const hand = (mentee: Role, by: Role) =>
    submit(
      'hr',
      'mentoring.hand',
      { mentee: `${people[mentee]}`, mentor: `${people[by]}` },
      { programme: made.id },
    )
  await hand('picks', 'admin')
  await hand('unclear', 'hr')
  const { version } = await prisma.mentoringProgramme.findUniqueOrThrow({ where: { id: made.id } })
  await press('hr', { type: 'click', id: 'mentoring.publish', data: { programme: made.id, version } })
  const pairOf = (who: Role) =>
    prisma.mentoringPair.findFirstOrThrow({ where: { menteeId: people[who], status: { not: 'declined' } } })
  for (const who of ['picks', 'admin'] as const) {
    const pair = await pairOf('picks')
    await press(who, {
      type: 'click',
      id: 'mentoring.accept',
      data: { pair: pair.id, version: pair.version },
    })
  }
  const active = await pairOf('picks')
  const shown = await press('picks', { type: 'click', id: 'mentoring.home', data: {} })
  const minute = Number(/"mentoring\.meet".*?"minute":(\d+)/.exec(JSON.stringify(shown))?.[1])
  await press('picks', { type: 'click', id: 'mentoring.meet', data: { pair: active.id, minute } })
  await press('picks', { type: 'click', id: 'mentoring.rematch', data: { pair: active.id } })
  // Together long enough to be asked whether they have met.
  const activeOn = toDbDate(day('2027-05-03'))
  await prisma.mentoringPair.update({ where: { id: active.id }, data: { activeOn } })
  await hand('asks', 'admin')
  // As a run would have proposed them: whoever is named by hand is not locked and unlocked.
  const { id: proposed } = await pairOf('asks')
  await prisma.mentoringPair.update({ where: { id: proposed }, data: { source: 'solver', locked: false } })
  await invite(city.core.db.prisma, people, submit)
}

/** A programme for people who are to join (内定者): one is invited, and nobody is told yet. */
async function invite(
  prisma: Watched['city']['core']['db']['prisma'],
  people: Watched['people'],
  submit: Submit,
) {
  const days = { startsOn: '2027-05-01', endsOn: '2027-09-30', signUpUntil: '2027-05-28' }
  const basics = { cadence: 'monthly', capacity: '1', topics: '仕事', styles: '', times: '昼休み' }
  await submit('hr', 'mentoring.save', { kind: 'hires', name: '先輩トーク', ...days, ...basics })
  const { id: programmeId } = await prisma.mentoringProgramme.findFirstOrThrow({ where: { kind: 'hires' } })
  await prisma.mentoringMember.create({ data: { programmeId, personId: people.guest, role: 'mentee' } })
}
