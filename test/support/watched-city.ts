// A city in which something of everything is under way, for tests of who may do and see what. People are driven
// through intake, as platforms drive them, and all that the database holds can be compared before and after.
import type { ActionData, Card, Field, Form, FormValues } from '../../src/cards/card.ts'
import type { InboundEvent, Reply } from '../../src/chat/chat.ts'
import { type City, composeCity } from '../../src/compose.ts'
import type { Database } from '../../src/db/open.ts'
import { toDbDate, toDbInstant } from '../../src/db/time.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { inviteGuest } from '../../src/directory/guests.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog, type Log } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { fakePlatform } from './fake-platform.ts'
import { grant } from './interview-city.ts'
import { addPerson, addRoute, addSection, at, day } from './small-city.ts'
import { gather } from './watched-gatherings.ts'
import { talk } from './watched-talks.ts'
import { train } from './watched-trainings.ts'

const names = {
  boss: '壱岐 一郎',
  hr: '弐瓶 二郎',
  otherOfficer: '百目鬼 二子',
  admin: '参鍋 三郎',
  observer: '四方 四郎',
  taxBoss: '丹生谷 太郎',
  former: '五味渕 五郎',
  outsider: '陸田 六郎',
  otherHr: '七種 七郎',
  formerHr: '八月朔日 八郎',
  gone: '九鬼 九郎',
  clerk: '十河 十郎',
  trainer: '拾井 十子',
  picks: '百瀬 花子',
  booked: '千装 花子',
  met: '萬田 花子',
  unclear: '億川 花子',
  asks: '兆野 花子',
  away: '京極 花子',
  guest: '垓下 花子',
} as const
export type Role = keyof typeof names

/** What somebody can press or send: a button, an option of a select, a form as it would be filled in. */
export type Pressed =
  | { readonly type: 'click'; readonly id: string; readonly data: ActionData; readonly selected?: string }
  | { readonly type: 'submit'; readonly id: string; readonly data: ActionData; readonly values: FormValues }

export interface WatchedCity {
  readonly city: City
  readonly people: Readonly<Record<Role, number>>
  readonly names: typeof names
  /** As somebody with an account, or under an account that nobody has. */
  send(who: Role | 'nobody', event: Events): Promise<readonly Reply[]>
  press(who: Role | 'nobody', pressed: Pressed): Promise<readonly Reply[]>
  /** What a platform would hand over, each with a key of its own. */
  eventOf(who: Role | 'nobody', pressed: Pressed): InboundEvent
  /** All messages that have arrived so far, with their reader. */
  told(): readonly { readonly to: Role; readonly card: Card }[]
  /** The same city at the same moment over another database. */
  on(db: Database, log: Log): City
  /** Every row of every table. The record of what came in (inbox) is left out. */
  contents(): Promise<readonly Stored[]>
}

export interface Stored {
  readonly table: string
  readonly row: Readonly<Record<string, unknown>>
}

type Events =
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'home' | 'installed' }
  | { readonly type: 'lookup'; readonly form: string; readonly field: string; readonly query: string }
  | { readonly type: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly type: 'click'; readonly action: { id: string; data: ActionData }; readonly selected?: string }
  | { readonly type: 'submit'; readonly form: string; readonly data: ActionData; readonly values: FormValues }

const start = at('2027-05-18T09:00')

/** Fills an empty database; the clock stands at 18 May 2027, 09:00, and messages of the days before have arrived. */
export async function watchedCity(db: Database): Promise<WatchedCity> {
  const clock = new MovableClock(start)
  const platform = {
    ...fakePlatform({ platform: 'playground' }),
    // One conversation of several people can be opened here, as in Slack.
    gather: async (_: unknown, first: (talk: string) => Promise<Card | undefined>) => {
      await first('talk')
      return { type: 'open', url: 'https://chat.example.lg.jp/talk', greeted: true } as const
    },
  }
  const secret = secretOf(Buffer.alloc(32, 3))
  const options = { db, clock, zone: 'Asia/Tokyo', secret, log: createLog('silent'), platforms: [platform] }
  const publicUrl = 'https://hagukumi.example.lg.jp'
  const city = composeCity({ ...options, publicUrl })
  const people = await addPeople(db)

  let serial = 0
  const from = (who: Role | 'nobody', event: Events) => {
    serial += 1
    const user = who === 'nobody' ? 'nobody' : `${people[who]}`
    const sender = { platform: 'playground', tenant: 'playground', user, locale: 'ja' } as const
    return { key: `watched:${serial}`, sender, ...event } as InboundEvent
  }
  const eventOf: WatchedCity['eventOf'] = (who, pressed) =>
    from(
      who,
      pressed.type === 'click'
        ? {
            type: 'click',
            action: { id: pressed.id, data: pressed.data },
            ...(pressed.selected !== undefined && { selected: pressed.selected }),
          }
        : { type: 'submit', form: pressed.id, data: pressed.data, values: pressed.values },
    )
  const send: WatchedCity['send'] = (who, event) => city.intake.receive(from(who, event))
  const press: WatchedCity['press'] = (who, pressed) => city.intake.receive(eventOf(who, pressed))

  const roleOf = new Map(Object.entries(people).map(([role, id]) => [`${id}`, role as Role]))
  const told = () =>
    platform.arrived.flatMap(({ to, card }) => {
      const role = roleOf.get(to.user)
      return role ? [{ to: role, card }] : []
    })
  const on: WatchedCity['on'] = (db, log) =>
    composeCity({
      ...options,
      db,
      log,
      publicUrl,
      intake: { changed: () => {}, pause: async () => {} },
    })
  const watched = { city, people, names, eventOf, send, press, told, on, contents: () => contentsOf(db) }
  await live(watched, db, clock)
  return watched
}

async function addPeople(db: Database): Promise<Record<Role, number>> {
  const tx = db.prisma
  const general = await addSection(tx, '0100', '総務課')
  const tax = await addSection(tx, '0200', '税務課')
  const add = (role: Role, section: number, title = '主事') => addPerson(tx, names[role], section, { title })
  const people: Record<Role, number> = {
    boss: await add('boss', general, '課長'),
    hr: await add('hr', general, '主査'),
    otherOfficer: await add('otherOfficer', general, '主査'),
    admin: await add('admin', general, '主査'),
    observer: await add('observer', tax, '部長'),
    taxBoss: await add('taxBoss', tax, '課長'),
    former: await add('former', tax, '課長補佐'),
    outsider: await add('outsider', tax),
    otherHr: await add('otherHr', tax),
    formerHr: await add('formerHr', tax),
    gone: await add('gone', general),
    clerk: await add('clerk', tax),
    trainer: await add('trainer', tax),
    picks: await add('picks', general),
    booked: await add('booked', general),
    met: await add('met', general),
    unclear: await add('unclear', general),
    asks: await add('asks', general),
    away: await add('away', general),
    guest: await addGuest(db),
  }
  await addRoute(tx, 'first', { sectionId: general }, people.boss)
  await addRoute(tx, 'first', { sectionId: tax }, people.taxBoss)
  await addRoute(tx, 'second', { sectionId: general }, people.observer)
  await grant(db, people.hr, 'hr')
  // Left over by mistake: it must help nobody who is not staff yet.
  await grant(db, people.guest, 'hr')
  await grant(db, people.otherOfficer, 'hr')
  await grant(db, people.admin, 'admin')
  await grant(db, people.otherHr, 'hr', tax)
  await grant(db, people.clerk, 'clerk', tax)
  await grant(db, people.clerk, 'training')
  await grant(db, people.trainer, 'training', tax)
  const [from, to] = [toDbDate(day('2027-04-01')), toDbDate(day('2027-05-10'))]
  await tx.roleGrant.create({ data: { personId: people.formerHr, role: 'hr', validFrom: from, validTo: to } })
  await tx.roleGrant.create({ data: { personId: people.gone, role: 'hr', validFrom: from } })
  await tx.person.update({ where: { id: people.gone }, data: { leftOn: to } })
  await tx.identity.createMany({
    data: Object.values(people).map((personId) => ({
      personId,
      platform: 'playground',
      tenant: 'playground',
      userId: `${personId}`,
      conversation: `D${personId}`,
      // Later than every sign of life of the test, so that none is written down.
      lastSeenAt: toDbInstant(at('2027-12-01T00:00')),
    })),
  })
  return people
}

/** 内定者: invited by e-mail until they join. */
async function addGuest(db: Database): Promise<number> {
  const invited = await inTransaction(db, (tx) =>
    inviteGuest(
      tx,
      { name: names.guest, email: 'guest@home.example.jp' },
      day('2028-04-01'),
      day('2027-05-18'),
    ),
  )
  if (invited.type !== 'invited') throw new Error('nobody is invited')
  return invited.id
}

/** From the cycle's start to 18 May: hours offered, picked and asked about, wishes, a list that waits, absences. */
async function live(watched: Omit<WatchedCity, 'told'>, db: Database, clock: MovableClock): Promise<void> {
  const { city, people, press, send } = watched
  const tx = db.prisma
  const on = async (local: string) => {
    clock.set(at(local))
    await city.delivery.runDue()
  }
  clock.set(at('2027-04-19T09:00'))
  const submit = (who: Role, id: string, values: FormValues, data: ActionData = {}) =>
    press(who, { type: 'submit', id, data, values })
  const first = async (who: Role, id: string, replies: readonly Reply[]) => {
    const found = replies.flatMap(pressedIn).find((each) => each.id === id)
    if (!found) throw new Error(`no ${id} for ${who} in ${JSON.stringify(replies)}`)
    return press(who, found)
  }
  const made = await submit('hr', 'interviews.cycle-create', { preset: 'four-steps', year: '2027' })
  await first('hr', 'interviews.cycle-start', await first('hr', 'interviews.cycle-preview', made))
  await submit('hr', 'interviews.cycle-create', { preset: 'one-step', year: '2028' })

  await on('2027-05-06T09:00')
  await holdBack(watched, submit, first)
  const mine = async (who: Role) =>
    tx.interview.findFirstOrThrow({ where: { personId: people[who], step: { ordinal: 1 } } })
  // Their former conductor was moved on 1 May.
  const general = ['picks', 'booked', 'met', 'unclear', 'asks', 'away'] as const
  for (const who of general)
    await tx.participant.create({
      data: {
        interviewId: (await mine(who)).id,
        personId: people.former,
        role: 'conductor',
        fromOn: toDbDate(day('2027-04-01')),
        toOn: toDbDate(day('2027-05-01')),
      },
    })
  const hours = { weekdays: ['1', '2', '3', '4', '5'], minutes: '60', place: '第2会議室' }
  const offer = { hoursFrom: '09:00', hoursTo: '17:00', ...hours }
  const step = (await mine('picks')).stepId ?? 0
  const pick = async (who: Role) =>
    first(who, 'interviews.take', await press(who, openPick((await mine(who)).id)))
  // One hour each on its own day: what was not picked is withdrawn again.
  const days = { unclear: '2027-05-07', met: '2027-05-14', booked: '2027-05-24' }
  for (const [who, date] of Object.entries(days)) {
    await submit('boss', 'interviews.offer', { ...offer, from: date, to: date }, { step })
    await pick(who as Role)
    await press('boss', { type: 'click', id: 'interviews.withdraw-all', data: { upTo: 1_000_000 } })
  }
  await submit('boss', 'interviews.offer', { ...offer, from: '2027-05-27', to: '2027-05-27' }, { step })

  await on('2027-05-10T09:00')
  await submit('hr', 'interviews.individual-start', {
    person: `${people.picks}`,
    kind: 'return',
    deadline: '2027-06-10',
  })
  const say = async (who: Role, about: Role, answer: string) => {
    const { id, version } = await mine(about)
    const data = { interview: id, version, answer }
    await press(who, { type: 'click', id: 'interviews.answer', data })
  }
  await say('unclear', 'unclear', 'held')
  await say('boss', 'unclear', 'not_held')
  await submit(
    'asks',
    'interviews.deadline-form',
    { date: '2027-06-04' },
    { interview: (await mine('asks')).id },
  )
  const asked = { ...offer, from: '2027-05-25', to: '2027-05-26', answerBy: '2027-05-20' }
  await submit('boss', 'interviews.arrange', asked, { step })

  await on('2027-05-17T09:00')
  await say('met', 'met', 'held')
  await submit('hr', 'staff-list.leave', {
    person: `${people.away}`,
    kind: 'leave',
    from: '2027-05-17',
    deputy: `${people.asks}`,
  })
  const list = `職員番号,氏名,所属コード,所属名,職名\r\n9001,新田 新,0100,総務課,主事\r\n`
  await send('hr', { type: 'file', name: 'list.csv', bytes: new TextEncoder().encode(`\ufeff${list}`) })
  await announce(watched, submit, first)
  await train(watched, { send, submit, first })
  await gather(watched, submit)
  await talk(watched, submit)
  await on('2027-05-18T09:00')
  // From here on nothing is sent by itself: what changes, somebody has changed.
  await city.delivery.stop()
}

/** What stands in the list that waits for its release, and nowhere else. */
export const unreleased = ['秘蔵', '未公開', 'QX9901', 'X7788', 'mikoukai'] as const

/** 内示: a list that the HR officer alone may see until September. */
async function holdBack(
  { city, people, send }: Omit<WatchedCity, 'told'>,
  submit: Submit,
  first: First,
): Promise<void> {
  const { number } = await city.core.db.prisma.person.findUniqueOrThrow({ where: { id: people.picks } })
  const rows = [
    '職員番号,氏名,所属コード,所属名,職名,メールアドレス',
    `${number},${names.picks},QX9901,未公開課,未公開参事,`,
    'X7788,秘蔵 新子,QX9901,未公開課,未公開主事,mikoukai@city.example.lg.jp',
  ]
  const bytes = new TextEncoder().encode(`\ufeff${rows.join('\r\n')}\r\n`)
  await send('hr', { type: 'file', name: '未公開.csv', bytes })
  const { id } = await city.core.db.prisma.staffImport.findFirstOrThrow({ where: { status: 'preview' } })
  const later = await submit('hr', 'staff-list.day', { day: '2027-10-01' }, { id })
  const [opened] = await first('hr', 'staff-list.release-hold', later)
  if (opened?.type !== 'form') throw new Error('no form')
  await submit('hr', opened.form.id, { date: '2027-09-17', time: '09:00' }, opened.form.data)
}

export type Submit = (
  who: Role,
  id: string,
  values: FormValues,
  data?: ActionData,
) => Promise<readonly Reply[]>
export type First = (who: Role, id: string, replies: readonly Reply[]) => Promise<readonly Reply[]>

/** Announcements to one section: one that went out, one for later, one that waits for HR's approval, a draft. */
async function announce({ city }: Omit<WatchedCity, 'told'>, submit: Submit, first: First): Promise<void> {
  const { prisma } = city.core.db
  const { id: section } = await prisma.section.findFirstOrThrow({ where: { code: '0100' } })
  const draft = async (who: Role, title: string) => {
    await submit(who, 'broadcasts.text', { title, body: '本文', options: ['acknowledge'] })
    const broadcast = (await prisma.broadcast.findFirstOrThrow({ orderBy: { id: 'desc' } })).id
    const chosen = { whoSections: [`${section}`], whoBelow: ['below'] }
    return submit(who, 'broadcasts.who-save', chosen, { broadcast, version: 1 })
  }
  const sendOff = async (who: Role, title: string, values: FormValues = {}) => {
    const [opened] = await first(who, 'broadcasts.send', await draft(who, title))
    if (opened?.type !== 'form') throw new Error('no form')
    await submit(who, opened.form.id, values, opened.form.data)
  }
  await sendOff('hr', '庁舎の点検')
  await sendOff('hr', '来週の予告', { date: '2027-05-26', time: '09:00' })
  await submit('hr', 'broadcasts.settings', { approval: '3', typed: '500', kept: '36' })
  await sendOff('clerk', '研修の予告')
  await draft('hr', '下書きのまま')
}

const openPick = (interview: number): Pressed => ({
  type: 'click',
  id: 'interviews.pick',
  data: { interview },
})

/** Everything that can be pressed in a reply; a form as somebody might fill it in. */
export function pressedIn(reply: Reply): Pressed[] {
  if (reply.type === 'form') return [filledIn(reply.form)]
  return 'card' in reply ? pressedOn(reply.card) : []
}

export function pressedOn(card: Card): Pressed[] {
  const click = (action: { id: string; data?: ActionData }, selected?: string): Pressed => ({
    type: 'click',
    id: action.id,
    data: action.data ?? {},
    ...(selected !== undefined && { selected }),
  })
  return card.blocks.flatMap((block) => {
    switch (block.type) {
      case 'buttons':
        return block.buttons.flatMap((button) => ('action' in button ? [click(button.action)] : []))
      case 'list':
        return block.rows.flatMap((row) => (row.button ? [click(row.button.action)] : []))
      case 'select':
        return block.options.map(({ value }) => click(block.action, value))
      default:
        return []
    }
  })
}

/** The form with what it proposes; what it leaves open is filled in as well as it can be. */
export function filledIn(form: Form, person = '1'): Pressed {
  const entries = form.fields.map((field) => [field.name, valueFor(field, person)] as const)
  return { type: 'submit', id: form.id, data: form.data ?? {}, values: Object.fromEntries(entries) }
}

function valueFor(field: Field, person: string): string | readonly string[] {
  switch (field.type) {
    case 'text':
      return field.value ?? (field.optional ? '' : '試験')
    case 'number':
      return `${field.value ?? field.min ?? 1}`
    case 'date':
      return field.value ?? (field.optional ? '' : '2027-05-31')
    case 'time':
      return field.value ?? '10:00'
    case 'select':
      return field.value ?? field.options[0]?.value ?? ''
    case 'multiselect':
    case 'checkboxes':
      return field.values ?? field.options.slice(0, 1).map(({ value }) => value)
    case 'person':
      return field.value ?? person
    default:
      return field satisfies never
  }
}

async function contentsOf(db: Database): Promise<readonly Stored[]> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = 'public' AND tablename NOT IN ('_prisma_migrations', 'inbox') ORDER BY 1`,
  )
  const contents: Stored[] = []
  for (const { name } of tables) {
    const { rows } = await db.pool.query<{ row: Stored['row'] }>(`SELECT to_jsonb(t) AS row FROM "${name}" t`)
    contents.push(...rows.map(({ row }) => ({ table: name, row })))
  }
  return contents
}
