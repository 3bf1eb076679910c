// One city, two chats: each person is told once, where they chose or were last, and people of both work together.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { InboundEvent } from '../src/chat/chat.ts'
import { MovableClock } from '../src/kernel/clock.ts'
import type { SlackUser } from './slack-stand-in/index.ts'
import { TEAM, textOf } from './slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from './support/database.ts'
import { interviewCity } from './support/interview-city.ts'
import { at } from './support/small-city.ts'
import { startTwoChats, type TwoChats } from './support/two-chats.ts'
import { find, type TeamsUser } from './teams-stand-in/index.ts'

let db: TestDatabase
let chats: TwoChats
let clock: MovableClock
/** The chief, in both; a member of staff, in Slack alone. */
let chief: { readonly slack: SlackUser; readonly teams: TeamsUser; readonly id: number }
let hanako: { readonly slack: SlackUser; readonly id: number; readonly interview: number }

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(at('2027-05-10T09:00'))
  const city = await interviewCity(db, 1)
  const [member = 0] = city.staff
  const [interview = 0] = city.interviews
  const named = (id: number, email: string) => db.prisma.person.update({ where: { id }, data: { email } })
  await named(city.boss, 'sato@city.example.jp')
  await named(member, 'hanako@city.example.jp')
  chats = await startTwoChats(db, clock)
  const { slack, teams } = chats
  chief = {
    id: city.boss,
    slack: slack.addUser({ name: '佐藤 一郎', email: 'sato@city.example.jp' }),
    teams: teams.addUser({ name: '佐藤 一郎', email: 'sato@city.example.jp' }),
  }
  hanako = {
    id: member,
    interview,
    slack: slack.addUser({ name: '職員1 花子', email: 'hanako@city.example.jp' }),
  }
})
afterEach(() => chats.stop())

const inTeams = () => chats.teams.messagesOf(chief.teams)
const fromBot = (user: SlackUser) => chats.slack.messagesOf(user).filter((each) => each.user !== user.id)
const shown = (value: unknown) => JSON.stringify(value)
/** Something happens, and so many more messages are there then. */
const afterwards = async (count: () => number, more: number, what: () => Promise<unknown>) => {
  const before = count()
  await what()
  await expect.poll(count).toBe(before + more)
}
const sayInTeams = (text: string) =>
  afterwards(
    () => inTeams().length,
    1,
    () => chats.teams.say(chats.toTeams, chief.teams, text),
  )
const sayInSlack = (user: SlackUser, text: string) =>
  afterwards(
    () => fromBot(user).length,
    1,
    () => chats.slack.say(chats.toSlack, { user, text }),
  )
const tick = () => chats.city.delivery.runDue()
/** Who has been told, since the last time this was asked. */
const told = () => ({ teams: inTeams().length, slack: fromBot(chief.slack).length })

/** Fills in a dialog of Teams as it stands. */
const submitInTeams = (dialog: unknown) => {
  const [send] = find(dialog, 'Action.Submit')
  const inputs = ['Text', 'Number', 'Date', 'Time', 'ChoiceSet'].flatMap((kind) =>
    find(dialog, `Input.${kind}`),
  )
  const values = Object.fromEntries(inputs.map(({ id, value }) => [String(id), value ?? '']))
  const value = { data: { ...(send?.data as object), ...values }, context: { theme: 'default' } }
  const parts = { type: 'invoke', name: 'task/submit', value }
  return chats.teams.deliver(chats.toTeams, chats.teams.activity(chief.teams, parts))
}

test('whoever is in both is told once, where they were last, until they choose, and elsewhere when that is closed', async () => {
  const remind = async () => {
    const before = told()
    const day = clock.now().toZonedDateTimeISO('Asia/Tokyo').toPlainDate().toString()
    await db.prisma.notice.create({
      data: {
        key: `accounts.linked:account-of:${chief.id}:${chief.id}:linked:${day}`,
        kind: 'accounts.linked',
        subject: `account-of:${chief.id}`,
        recipientId: chief.id,
        dueAt: new Date(clock.now().epochMilliseconds),
        detail: {},
        status: 'planned',
      },
    })
    await tick()
    const after = told()
    return { teams: after.teams - before.teams, slack: after.slack - before.slack }
  }
  const nextDay = () => clock.advance({ hours: 24 })

  await sayInSlack(chief.slack, 'ヘルプ')
  clock.advance({ minutes: 2 })
  await sayInTeams('ヘルプ')
  clock.advance({ minutes: 2 })
  await sayInSlack(chief.slack, 'ヘルプ')
  clock.advance({ minutes: 2 })
  await sayInTeams('ヘルプ')
  expect(await db.prisma.identity.count({ where: { personId: chief.id } })).toBe(2)
  expect(await remind()).toEqual({ teams: 1, slack: 0 })
  nextDay()
  await sayInSlack(chief.slack, 'ヘルプ')
  expect(await remind()).toEqual({ teams: 0, slack: 1 })

  nextDay()
  await sayInSlack(chief.slack, '届け先')
  const card = fromBot(chief.slack).at(-1)
  if (!card) throw new Error('no card')
  expect(textOf(card)).toContain('最後にお使いになった Slack')
  await chats.slack.click(chats.toSlack, { user: chief.slack, on: card, press: 'こちらで受け取る', at: 1 })
  await expect.poll(() => db.prisma.identity.count({ where: { platform: 'teams', preferred: true } })).toBe(1)
  expect(await remind()).toEqual({ teams: 1, slack: 0 })
  nextDay()
  await sayInSlack(chief.slack, 'ヘルプ')
  expect(await remind()).toEqual({ teams: 1, slack: 0 })

  // The app is taken away in Teams: nothing is lost.
  nextDay()
  await chats.teams.install(chats.toTeams, chief.teams, 'remove')
  await expect.poll(() => db.prisma.identity.count({ where: { state: 'uninstalled' } })).toBe(1)
  expect(await remind()).toEqual({ teams: 0, slack: 1 })
})

test('a chief in Teams and a member of staff in Slack book an interview together, and both confirm it', async () => {
  await sayInSlack(hanako.slack, 'ヘルプ')
  await sayInTeams('面談 部下')
  // The chief offers times in a dialog of Teams.
  const list = inTeams().at(-1)
  if (!list) throw new Error('no card')
  const dialog = await chats.teams.press(chats.toTeams, chief.teams, list, '候補日を出す')
  expect((await submitInTeams(dialog.body)).status).toBe(200)
  await expect.poll(() => db.prisma.slot.count({ where: { status: 'offered' } })).toBeGreaterThan(5)

  // Hanako is told in Slack, and picks one.
  await tick()
  const seen = (text: string) => fromBot(hanako.slack).filter((each) => textOf(each).includes(text))
  await expect.poll(() => seen('日時を選ぶ').length).toBe(1)
  const [offer] = seen('日時を選ぶ')
  if (!offer) throw new Error('no notice')
  await chats.slack.click(chats.toSlack, { user: hanako.slack, on: offer, press: '日時を選ぶ' })
  await expect.poll(() => seen('この時間にする').length).toBe(1)
  const [slots] = seen('この時間にする')
  if (!slots) throw new Error('no slots')
  await chats.slack.click(chats.toSlack, { user: hanako.slack, on: slots, press: 'この時間にする' })
  const status = async () =>
    (await db.prisma.interview.findUniqueOrThrow({ where: { id: hanako.interview } })).status
  await expect.poll(status).toBe('booked')

  // The chief hears of it in Teams at the end of the day, once, and not in Slack.
  clock.set(at('2027-05-10T16:31'))
  await tick()
  const heard = (text: string) => inTeams().filter(({ activity }) => shown(activity).includes(text))
  await expect.poll(() => heard('職員1').length).toBe(2)
  expect(fromBot(chief.slack)).toEqual([])

  // It takes place. Each is asked where they are, and neither needs the other's chat.
  const meeting = await db.prisma.meeting.findFirstOrThrow()
  clock.set(Temporal.Instant.fromEpochMilliseconds(meeting.endsAt.getTime()).add({ hours: 1 }))
  for (let hours = 0; hours < 24 && heard('実施した').length === 0; hours += 1) {
    await tick()
    clock.advance({ hours: 1 })
  }
  expect([heard('実施した').length, seen('実施した').length]).toEqual([1, 1])
  const [asked] = heard('実施した')
  const [question] = seen('実施した')
  if (!asked || !question) throw new Error('nobody was asked')
  await chats.teams.press(chats.toTeams, chief.teams, asked, '実施した')
  await chats.slack.click(chats.toSlack, { user: hanako.slack, on: question, press: '実施した' })
  await expect.poll(status).toBe('held')
  expect(chats.slack.duplicates().size).toBe(0)
  expect(fromBot(chief.slack)).toEqual([])
})

test('a mentor in Teams and a mentee in Slack agree, are introduced with a way to reach each other, and meet', async () => {
  await sayInSlack(hanako.slack, 'ヘルプ')
  await sayInTeams('ヘルプ')
  const { id: hr } = await db.prisma.person.findFirstOrThrow({ where: { name: '人事 太郎' } })
  await db.prisma.identity.create({
    data: { personId: hr, platform: 'playground', tenant: 'playground', userId: 'hr', state: 'active' },
  })
  let keys = 0
  const byHr = (body: object) =>
    chats.city.intake.receive({
      ...body,
      key: `hr:${++keys}`,
      sender: { platform: 'playground', tenant: 'playground', user: 'hr', locale: 'ja' },
    } as InboundEvent)
  await byHr({
    type: 'submit',
    form: 'mentoring.save',
    data: {},
    values: {
      kind: 'mentor',
      name: '若手の相談',
      startsOn: '2027-05-10',
      endsOn: '2027-09-30',
      cadence: 'monthly',
      capacity: '1',
    },
  })
  const { id: programme } = await db.prisma.mentoringProgramme.findFirstOrThrow()
  const values = { mentee: `${hanako.id}`, mentor: `${chief.id}` }
  await byHr({ type: 'submit', form: 'mentoring.hand', data: { programme }, values })
  await byHr({ type: 'click', action: { id: 'mentoring.publish', data: { programme, version: 1 } } })

  // Each is asked where they are, and agrees there.
  await tick()
  const seen = (text: string) => fromBot(hanako.slack).filter((each) => textOf(each).includes(text))
  const heard = (text: string) => inTeams().filter(({ activity }) => shown(activity).includes(text))
  await expect.poll(() => [seen('お願いする').length, heard('お願いする').length]).toEqual([1, 1])
  const [offer] = seen('お願いする')
  const [offered] = heard('お願いする')
  if (!offer || !offered) throw new Error('nobody was asked')
  await chats.teams.press(chats.toTeams, chief.teams, offered, 'お願いする')
  const accepted = async () => (await db.prisma.mentoringPair.findFirstOrThrow()).mentorAccepted
  await expect.poll(accepted).toBe(true)
  // There is no chat that both have: each gets the other's address, and times when both are free.
  await db.prisma.identity.deleteMany({ where: { personId: chief.id, platform: 'slack' } })
  await chats.slack.click(chats.toSlack, { user: hanako.slack, on: offer, press: 'お願いする' })
  await expect.poll(() => db.prisma.mentoringPair.count({ where: { status: 'active' } })).toBe(1)
  await tick()
  await expect.poll(() => seen('sato@city.example.jp').length).toBe(1)
  const inWords = (text: string) =>
    heard(text).filter(({ activity }) => shown(activity).includes('組になりました'))
  const [introduced] = inWords('hanako@city.example.jp')
  if (!introduced) throw new Error('the mentor is not introduced')
  const times = find(introduced.activity, 'Action.Execute').map(({ title }) => String(title))
  const time = times.find((title) => /5月\d+日/.test(title))
  if (!time) throw new Error(`no time to choose: ${times.join()}`)
  await chats.teams.press(chats.toTeams, chief.teams, introduced, time)
  await expect.poll(() => db.prisma.booking.count({ where: { status: 'booked' } })).toBe(2)
  await tick()
  await expect.poll(() => seen('との顔合わせは').length).toBe(1)

  // Once both are in Slack one press opens a conversation of the two: greeted once, whoever presses and however often.
  await db.prisma.identity.create({
    data: { personId: chief.id, platform: 'slack', tenant: TEAM, userId: chief.slack.id, state: 'active' },
  })
  const opening = 'お二人のトークを開く'
  const greetings = () =>
    chats.slack.messages.filter((each) => textOf(each).includes('お二人の組ができました'))
  for (const round of [1, 2]) {
    await sayInSlack(hanako.slack, 'メンター')
    const card = seen(opening).at(-1)
    if (!card) throw new Error(`no way to open it (${round})`)
    await chats.slack.click(chats.toSlack, { user: hanako.slack, on: card, press: opening })
    await expect.poll(() => seen('トークに入る').length).toBe(round)
  }
  expect(greetings()).toHaveLength(1)
  const talk = greetings()[0]?.channel
  expect(seen('トークに入る').every((each) => JSON.stringify(each.blocks).includes(String(talk)))).toBe(true)
  // It is nobody's own conversation with the bot, and holds nothing to press.
  expect([...fromBot(hanako.slack), ...fromBot(chief.slack)].some(({ channel }) => channel === talk)).toBe(
    false,
  )
  expect(JSON.stringify(greetings()[0]?.blocks)).not.toContain('action_id')
})
