// Series, meetings and topics as rows.

import type { Prisma } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull, fromDbInstant, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Core } from '../feature.ts'
import type { Cadence } from './cadence.ts'
import { openText, sealingOf, sealText, topicLabel } from './sealed.ts'
import type { EndReason, Meeting, MeetingState, Series, SeriesFields, Topic, Wish } from './state.ts'

type SeriesRow = Prisma.OneOnOneGetPayload<object>
type MeetingRow = Prisma.OneOnOneMeetingGetPayload<{ include: { answers: true } }>

function seriesOf(row: SeriesRow): Series {
  const ended = fromDbDateOrNull(row.endedOn)
  const until = fromDbDateOrNull(row.pausedUntil)
  return {
    id: row.id,
    kind: row.kind === 'ojt' ? 'ojt' : 'line',
    leadId: row.leadId,
    memberId: row.memberId,
    version: row.version,
    cadence: row.cadence as Cadence,
    weekday: row.weekday,
    nth: row.nth,
    startsOn: fromDbDate(row.startsOn),
    time: Temporal.PlainTime.from(row.time),
    minutes: row.minutes,
    place: row.place,
    state: ended
      ? { type: 'ended', on: ended, why: row.endReason as EndReason }
      : until
        ? { type: 'paused', until }
        : { type: 'active' },
  }
}

const meetingOf = (row: MeetingRow): Meeting => ({
  id: row.id,
  seriesId: row.seriesId,
  due: fromDbDate(row.dueOn),
  start: fromDbInstant(row.startsAt),
  end: fromDbInstant(row.endsAt),
  status: row.status as MeetingState,
  version: row.version,
  answers: row.answers.map(({ personId, held }) => ({ personId, held })),
})

export async function loadSeries(tx: Tx, where: Prisma.OneOnOneWhereInput): Promise<Series[]> {
  return (await tx.oneOnOne.findMany({ where, orderBy: { id: 'asc' } })).map(seriesOf)
}

/** Locked, so that two clicks at once follow each other. */
export async function lockSeries(tx: Tx, id: number): Promise<Series | undefined> {
  await tx.$queryRaw`SELECT id FROM one_on_one WHERE id = ${id} FOR UPDATE`
  return (await loadSeries(tx, { id }))[0]
}

export async function findMeeting(tx: Tx, id: number): Promise<Meeting | undefined> {
  const row = await tx.oneOnOneMeeting.findUnique({ where: { id }, include: { answers: true } })
  return row ? meetingOf(row) : undefined
}

export async function loadMeetings(tx: Tx, where: Prisma.OneOnOneMeetingWhereInput): Promise<Meeting[]> {
  const rows = await tx.oneOnOneMeeting.findMany({
    where,
    include: { answers: true },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(meetingOf)
}

const columns = (fields: SeriesFields) => ({
  cadence: fields.cadence,
  weekday: fields.weekday,
  nth: fields.nth,
  startsOn: toDbDate(fields.startsOn),
  time: fields.time.toString({ smallestUnit: 'minute' }),
  minutes: fields.minutes,
  place: fields.place,
})

export async function createSeries(
  tx: Tx,
  pair: Pick<Series, 'kind' | 'leadId' | 'memberId'>,
  fields: SeriesFields,
): Promise<Series> {
  const { kind, leadId, memberId } = pair
  return seriesOf(await tx.oneOnOne.create({ data: { kind, leadId, memberId, ...columns(fields) } }))
}

export async function changeSeries(tx: Tx, id: number, fields: SeriesFields): Promise<void> {
  await tx.oneOnOne.update({ where: { id }, data: { ...columns(fields), version: { increment: 1 } } })
}

export async function setState(tx: Tx, id: number, state: Series['state']): Promise<void> {
  await tx.oneOnOne.update({
    where: { id },
    data: {
      status: state.type,
      pausedUntil: state.type === 'paused' ? toDbDate(state.until) : null,
      endedOn: state.type === 'ended' ? toDbDate(state.on) : null,
      endReason: state.type === 'ended' ? state.why : null,
      version: { increment: 1 },
    },
  })
}

/** Open ones first the member's, then by age; with `all` those that are done too. The caller knows who may read them. */
export async function loadTopics(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  series: Pick<Series, 'id' | 'memberId'>,
): Promise<Topic[]> {
  const rows = await tx.oneOnOneTopic.findMany({
    where: { seriesId: series.id, doneAt: null },
    orderBy: { id: 'asc' },
  })
  const sealing = sealingOf(core)
  const topics = rows.map(
    (row): Topic => ({
      id: row.id,
      authorId: row.authorId,
      text: openText(sealing, row.sealed, topicLabel(series.id)) ?? '',
      wish: row.wish as Wish,
      done: row.doneAt !== null,
    }),
  )
  const own = (topic: Topic) => topic.authorId === series.memberId
  return [...topics.filter(own), ...topics.filter((topic) => !own(topic))]
}

export async function addTopic(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  seriesId: number,
  topic: Pick<Topic, 'authorId' | 'text' | 'wish'>,
  now: Temporal.Instant,
): Promise<void> {
  await tx.oneOnOneTopic.create({
    data: {
      seriesId,
      authorId: topic.authorId,
      sealed: sealText(sealingOf(core), topic.text, topicLabel(seriesId)),
      wish: topic.wish,
      createdAt: toDbInstant(now),
    },
  })
}

export const openTopics = (tx: Tx, seriesId: number): Promise<number> =>
  tx.oneOnOneTopic.count({ where: { seriesId, doneAt: null } })

/** Moves what one person has brought and is still open to another of their series, sealed anew for it. */
export async function carryTopics(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  from: Pick<Series, 'id'>,
  to: Pick<Series, 'id'>,
  authorId: number,
): Promise<void> {
  const sealing = sealingOf(core)
  const rows = await tx.oneOnOneTopic.findMany({ where: { seriesId: from.id, authorId, doneAt: null } })
  for (const row of rows) {
    const text = openText(sealing, row.sealed, topicLabel(from.id))
    if (text === undefined) continue
    const sealed = sealText(sealing, text, topicLabel(to.id))
    await tx.oneOnOneTopic.update({ where: { id: row.id }, data: { seriesId: to.id, sealed } })
  }
}
