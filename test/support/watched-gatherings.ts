// What of round tables is under way in the watched city.
import type { ActionData, FormValues } from '../../src/cards/card.ts'
import type { Reply } from '../../src/chat/chat.ts'
import type { Role, WatchedCity } from './watched-city.ts'

/** Round tables of one section: a round that was published, of which somebody cannot come, and a draft of the next. */
export async function gather(
  { city, people, press }: Omit<WatchedCity, 'told'>,
  submit: (who: Role, id: string, values: FormValues, data?: ActionData) => Promise<readonly Reply[]>,
): Promise<void> {
  const { prisma } = city.core.db
  const { id: section } = await prisma.section.findFirstOrThrow({ where: { code: '0100' } })
  const click = (who: Role, id: string, data: ActionData) => press(who, { type: 'click', id, data })
  const series = () => prisma.gatheringSeries.findFirstOrThrow({ orderBy: { id: 'desc' } })
  const asked = { size: '3', cadence: 'monthly', nextOn: '2027-06-14', minutes: '45', hours: 'morning' }
  await submit('hr', 'gatherings.save', { name: '総務課の座談会', ...asked })
  const { id } = await series()
  const now = async () => ({ series: id, version: (await series()).version })
  await submit('hr', 'gatherings.who', { whoSections: [`${section}`] }, await now())
  await click('hr', 'gatherings.open', await now())
  for (const who of ['boss', 'picks', 'booked', 'met', 'unclear', 'asks'] as const)
    await click(who, 'gatherings.join', { series: id })
  await submit('picks', 'gatherings.apart', { apart1: `${people.asks}` }, { series: id })
  await click('hr', 'gatherings.prepare', await now())
  const { id: round } = await prisma.gatheringRound.findFirstOrThrow()
  await click('hr', 'gatherings.publish', { round, version: 1 })
  const { tableId: table } = await prisma.gatheringSeat.findFirstOrThrow({
    where: { personId: people.booked },
  })
  await click('booked', 'gatherings.cannot', { table, version: 1 })
  await click('met', 'gatherings.pause', { series: id, months: 3 })
  await click('hr', 'gatherings.prepare', await now())
}
