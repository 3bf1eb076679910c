// Round tables of the demo city: a series that people joined, with a round that comes.
import type { City } from '../compose.ts'
import type { Actor } from './demo-actor.ts'
import type { PersonEntry } from './wire.ts'

/** Round tables for whoever came in the last ten years, called for in April, with section chiefs to lead them. */
export async function callForGathering(
  act: Actor,
  officer: PersonEntry,
  cast: readonly PersonEntry[],
): Promise<void> {
  const made = await act.submit(officer, 'gatherings.save', {
    name: '部署をこえた座談会',
    purpose: 'ふだん話す機会のない部署の方と、45分だけ仕事の話をします。',
    size: '4',
    cadence: 'monthly',
    nextOn: '2027-05-24',
    minutes: '45',
    hours: 'any',
    place: '第3会議室',
    parallel: '2',
  })
  const who = await act.fill(officer, await act.press(officer, made, 'gatherings.who'), {
    whoYearFrom: '1',
    whoYearTo: '10',
    whoGradeTo: '4',
  })
  const leaders = cast.filter(({ title }) => title === '係長').slice(0, 10)
  const named = await act.fill(officer, await act.press(officer, who, 'gatherings.leaders'), {
    numbers: leaders.map(({ number }) => number).join('\n'),
  })
  await act.press(officer, named, 'gatherings.open')
}

/** Most of those who were asked take part; the round of May is seated and published. */
export async function seatGathering(act: Actor, { core }: City, officer: PersonEntry): Promise<void> {
  const { prisma } = core.db
  const series = await prisma.gatheringSeries.findFirstOrThrow({ include: { members: true } })
  const asked = series.members.filter(({ status }) => status === 'asked')
  for (const { personId } of asked.filter((_, i) => i % 4 !== 3))
    await act.click({ id: personId }, { id: 'gatherings.join', data: { series: series.id } })
  const seen = await act.click(officer, { id: 'gatherings.run', data: { series: series.id } })
  const draft = await act.press(officer, seen, 'gatherings.prepare')
  await act.press(officer, draft, 'gatherings.publish')
}
