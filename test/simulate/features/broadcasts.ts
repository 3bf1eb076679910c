// Announcements of a year: to some sections at once, to everybody on an evening because it is urgent, one that is taken
// back before its time, one to everybody. Some ask for an acknowledgement, and HR writes to those again who have not
// given it. What must hold: exactly its audience is told, nobody again who has answered, nothing that was taken back,
// and what HR is shown adds up.
import { plainText } from '../../support/plain.ts'
import { formIn } from '../cards.ts'
import type { Desk, Said, SimulatedFeature, Told, Wrong } from './feature.ts'
import { inSections } from './trainings-verdict.ts'

interface Plan {
  readonly title: string
  /** The day on which HR writes it. */
  readonly day: string
  /** Every other section; else everybody, and the count is typed. */
  readonly some?: boolean
  readonly acknowledge?: boolean
  readonly urgent?: boolean
  /** At once unless given. */
  readonly at?: readonly [date: string, time: string]
  readonly takenBackOn?: string
  /** When HR writes once more to those who have not reacted. */
  readonly againOn?: readonly string[]
}

const click = (id: string, data: Readonly<Record<string, number>> = {}): Said => ({
  type: 'click',
  action: { id, data },
})

export function broadcasts(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  const wrong: Wrong[] = []
  const broken = (text: string) => wrong.push({ what: 'broken', text })

  const plans: readonly Plan[] = [
    {
      title: '庁舎点検',
      day: `${year}-04-22`,
      some: true,
      acknowledge: true,
      againOn: [`${year}-04-28`, `${year}-05-07`],
    },
    { title: '大雨', day: `${year}-06-30`, urgent: true, at: [`${year}-06-30`, '19:00'] },
    {
      title: '催し',
      day: `${year}-09-14`,
      some: true,
      at: [`${year}-09-16`, '09:00'],
      takenBackOn: `${year}-09-15`,
    },
    {
      title: '調査',
      day: `${year}-12-01`,
      acknowledge: true,
      againOn: [`${year}-12-07`, `${year}-12-14`],
    },
  ]

  const idOf = async (title: string) =>
    (await world.ask<{ id: number }>('SELECT id FROM broadcast WHERE title = $1', [title]))[0]?.id ?? 0

  /** HR sends the form that was answered, with these values and nothing else. */
  const send = async (
    replies: Awaited<ReturnType<Desk['tell']>>,
    values: Record<string, string | string[]>,
  ) => {
    const form = formIn(replies)
    if (!form) throw new Error(`HR finds no form: ${JSON.stringify(replies).slice(0, 200)}`)
    return desk.tell(desk.hr, { type: 'submit', form: form.id, data: form.data ?? {}, values })
  }
  const open = async (title: string) =>
    desk.tell(desk.hr, click('broadcasts.open', { broadcast: await idOf(title) }))

  /** Whom it is for on a day: at work, in one of its sections. */
  const audienceOf = (broadcast: number, day: string) =>
    world.ask<{ id: number }>(
      `SELECT p.id FROM person p, broadcast b WHERE b.id = $1 AND (p.left_on IS NULL OR p.left_on > $2)
         AND (p.hired_on IS NULL OR p.hired_on <= $2) AND ${inSections('b.audience', 'p.id', '$2')}
         AND EXISTS (SELECT FROM post o WHERE o.person_id = p.id AND o.valid_from <= $2
                       AND (o.valid_to IS NULL OR o.valid_to > $2))
         AND NOT EXISTS (SELECT FROM absence a WHERE a.person_id = p.id AND a.from_on <= $2
                           AND (a.to_on IS NULL OR a.to_on > $2)) ORDER BY p.id`,
      [broadcast, day],
    )

  /** Whom those sent today were for: held against the rows in the evening, since a timer may have gone on with them. */
  const sentTo = new Map<string, readonly { readonly id: number }[]>()

  /** Each step from the draft as it stands: whose process died over the last one is shown that it is done, no more. */
  async function write({ title, day, some, acknowledge, urgent, at }: Plan): Promise<void> {
    const options = [...(acknowledge ? ['acknowledge'] : []), ...(urgent ? ['urgent'] : [])]
    await send(await desk.tell(desk.hr, click('broadcasts.new')), { title, body: '本文', options })
    if (some) {
      const sections = await world.ask<{ id: number }>(
        `SELECT DISTINCT s.id, s.code FROM section s JOIN post o ON o.section_id = s.id ORDER BY s.code`,
      )
      const chosen = sections.filter((_, n) => n % 2 === 1).map(({ id }) => String(id))
      await send(await desk.press(await open(title), 'broadcasts.who'), { whoSections: chosen, whoBelow: [] })
    }
    const expected = await audienceOf(await idOf(title), day)
    // A small town may have nobody at work there: it stays a draft.
    if (expected.length === 0) return
    const [date, time] = at ?? ['', '']
    await send(await desk.press(await open(title), 'broadcasts.send'), {
      date,
      time,
      count: `${expected.length}`,
    })
    if (!at) sentTo.set(title, expected)
  }

  async function compare(title: string, expected: readonly { readonly id: number }[]): Promise<void> {
    const rows = await world.ask<{ id: number }>(
      'SELECT person_id AS id FROM broadcast_recipient WHERE broadcast_id = $1 ORDER BY person_id',
      [await idOf(title)],
    )
    const ids = (all: readonly { readonly id: number }[]) => all.map(({ id }) => id).join(' ')
    if (ids(rows) !== ids(expected)) broken(`${title} went to ${ids(rows)}, it was for ${ids(expected)}`)
  }

  /** What HR is shown of each that went out, held against the rows. */
  async function addsUp(): Promise<Wrong[]> {
    for (const { title, takenBackOn } of plans) {
      const [row] = await world.ask<{ all: number; said: number; unplanned: number; released: boolean }>(
        `SELECT count(r.person_id)::int AS all, count(r.acknowledged_at)::int AS said,
                count(*) FILTER (WHERE r.person_id IS NOT NULL AND NOT EXISTS (SELECT FROM notice n
                  WHERE n.subject = 'broadcast:' || b.id || ':' || r.person_id))::int AS unplanned,
                b.released_at IS NOT NULL AS released
         FROM broadcast b LEFT JOIN broadcast_recipient r ON r.broadcast_id = b.id WHERE b.title = $1 GROUP BY b.id`,
        [title],
      )
      if (!row) continue
      if (row.unplanned > 0) broken(`${title}: ${row.unplanned} of its people were told nothing`)
      if (takenBackOn && (row.released || row.all > 0)) broken(`${title} went out although it was taken back`)
      if (!row.released) continue
      const card = await open(title)
      const text = card.map((reply) => ('card' in reply ? plainText(reply.card) : '')).join('\n')
      const count = (label: string) =>
        Number(new RegExp(`(?:^|、)${label}(\\d+)名`, 'm').exec(text)?.[1] ?? 0)
      const ends = ['届いた', 'これから届く', '届いていない', '送信を止めた'].map((label) => count(label))
      const sum = ends.reduce((total, each) => total + each, 0)
      if (sum !== row.all) broken(`${title}: ${ends.join(' + ')} are shown of ${row.all}`)
      const said = Number(/"確認済み","value":"(\d+)名"/.exec(JSON.stringify(card))?.[1] ?? 0)
      if (said !== row.said) broken(`${title}: ${said} are shown to have answered, ${row.said} have`)
    }
    return wrong
  }

  return {
    name: 'broadcasts',
    wakes: `SELECT min(coalesce(send_at, released_at, updated_at)) FROM broadcast WHERE status IN ('scheduled', 'sending')`,
    liking: { 'broadcasts.acknowledge': 6, 'broadcasts.read': 3, 'broadcasts.received': 0.3 },

    async office(day) {
      for (const plan of plans) {
        if (plan.day === day) await write(plan)
        if (plan.takenBackOn === day) {
          const card = await open(plan.title)
          if (JSON.stringify(card).includes('broadcasts.cancel')) await desk.press(card, 'broadcasts.cancel')
        }
        if (plan.againOn?.includes(day)) {
          const card = await open(plan.title)
          // Everybody may have answered.
          if (JSON.stringify(card).includes('broadcasts.again')) await desk.press(card, 'broadcasts.again')
        }
      }
    },

    /** Whoever was asked to say that they have read it. */
    async busy() {
      const rows = await world.ask<{ id: number }>(
        `SELECT r.person_id AS id FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id
         WHERE b.acknowledge AND b.status = 'sent' AND r.acknowledged_at IS NULL`,
      )
      return rows.map(({ id }) => id)
    },

    async openings(person) {
      const rows = await world.ask<{ id: number; open: boolean }>(
        `SELECT b.id, r.acknowledged_at IS NULL AS open FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id
         WHERE r.person_id = $1 AND b.acknowledge ORDER BY b.id`,
        [person.id],
      )
      return [
        ...(rows.some((row) => row.open) ? [{ type: 'words', text: 'お知らせ' } as Said] : []),
        // Pressed once more, in a message that still stands there: nothing changes.
        ...rows.map(({ id }) => click('broadcasts.acknowledge', { broadcast: id })),
      ]
    },

    async verdict({ kind, subject, recipient }: Told) {
      if (kind !== 'broadcasts.message' && kind !== 'broadcasts.urgent')
        return `a kind that the observer does not know: ${kind}`
      const [id = 0, person = 0] = subject.split(':').slice(1).map(Number)
      const [row] = await world.ask<{ status: string; urgent: boolean; answered: boolean; meant: boolean }>(
        `SELECT b.status, b.urgent, r.acknowledged_at IS NOT NULL AS answered,
                ${inSections('b.audience', '$2', "(b.released_at AT TIME ZONE 'Asia/Tokyo')::date")} AS meant
         FROM broadcast b JOIN broadcast_recipient r ON r.broadcast_id = b.id AND r.person_id = $2 WHERE b.id = $1`,
        [id, recipient],
      )
      if (!row?.meant || person !== recipient) return 'not for them'
      if (row.status === 'cancelled') return 'taken back'
      if (row.urgent !== (kind === 'broadcasts.urgent')) return 'at the wrong hours'
      return row.answered ? 'told who has answered' : undefined
    },

    async check() {
      for (const [title, expected] of sentTo) await compare(title, expected)
      sentTo.clear()
      return wrong
    },
    end: addsUp,

    state: [
      `SELECT concat_ws(' ', 'broadcast', b.title, b.status, 'again', b.again, p.number, r.planned,
           r.acknowledged_at IS NOT NULL)
         FROM broadcast b LEFT JOIN broadcast_recipient r ON r.broadcast_id = b.id LEFT JOIN person p ON p.id = r.person_id`,
    ],
    notices: `SELECT concat_ws(' ', n.kind, p.number, b.title,
           substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1)) AS name, n.status
       FROM notice n JOIN person p ON p.id = n.recipient_id
       LEFT JOIN broadcast b ON b.id::text = split_part(n.subject, ':', 2) WHERE n.kind LIKE 'broadcasts.%'`,
  }
}
