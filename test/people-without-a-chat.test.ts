// A person without a chat, from the e-mail to the booked hour and to "held"; and everybody who should not get there.
import type { Express } from 'express'
import { decodeQR } from 'qr/decode.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPasses, type Door } from '../src/adapters/mail/links.ts'
import { release } from '../src/agenda/bookings.ts'
import { plainCard } from '../src/cards/plain.ts'
import type { InboundEvent, Reply } from '../src/chat/chat.ts'
import { type City, composeCity } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { inTransaction } from '../src/db/transaction.ts'
import { keepMailAccounts } from '../src/directory/mail-accounts.ts'
import { MovableClock } from '../src/kernel/clock.ts'
import { createLog } from '../src/kernel/log.ts'
import { secretOf } from '../src/kernel/secret.ts'
import { createApp, type Listening, listen } from '../src/server.ts'
import { doorOf, openMail } from '../src/world.ts'
import { type Letter, type SmtpStandIn, startSmtpStandIn } from './smtp-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from './support/database.ts'
import { type FakePlatform, fakePlatform } from './support/fake-platform.ts'
import { grant, type InterviewCity, interviewCity } from './support/interview-city.ts'
import { readAloud } from './support/mail-clients.ts'
import { addSection, at } from './support/small-city.ts'

const log = createLog('silent')
const secret = secretOf(Buffer.alloc(32, 7))
const passes = createPasses(secret)
let db: TestDatabase
let smtp: SmtpStandIn
let http: Listening
let app: Express
let clock: MovableClock
let slack: FakePlatform
let city: City
let people: InterviewCity
let hanako: number
const address = 'hanako@city.example.jp'

beforeAll(async () => {
  db = await freshDatabase()
  smtp = await startSmtpStandIn()
  http = await listen('127.0.0.1', 0)
})
afterAll(async () => {
  await http.close()
  await smtp.stop()
  await db.drop()
})
beforeEach(async () => {
  await truncateAll(db)
  smtp.letters.length = 0
  smtp.faults.length = 0
  clock = new MovableClock(at('2027-05-10T09:00'))
  people = await interviewCity(db, 2)
  hanako = people.staff[0] ?? 0
  await db.prisma.person.update({ where: { id: hanako }, data: { email: address } })
  const account = (personId: number, userId: string) =>
    db.prisma.identity.create({ data: { personId, platform: 'slack', tenant: 'T1', userId } })
  await account(people.boss, 'UBOSS')
  await account(people.hr, 'UHR')
  const config = readConfig({
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: '職員課 <hagukumi@city.example.jp>',
    PUBLIC_URL: http.url,
  })
  slack = fakePlatform({ platform: 'slack' })
  const world = { config, db, secret, log }
  const mail = openMail(world, clock)
  if (!mail) throw new Error('no mail')
  await inTransaction(db, keepMailAccounts)
  city = composeCity({
    db,
    clock,
    zone: 'Asia/Tokyo',
    publicUrl: http.url,
    secret,
    log,
    platforms: [slack, mail],
    processMetrics: false,
  })
  const receive: City['intake']['receive'] = (event, recorded) => city.intake.receive(event, recorded)
  app = createApp({
    city,
    log,
    health: async () => {
      throw new Error('nobody asks')
    },
    routes: doorOf(world, clock, receive),
  })
  http.serve(app)
})
afterEach(() => city.delivery.stop())

let keys = 0
const fromBoss = { platform: 'slack', tenant: 'T1', user: 'UBOSS', locale: 'ja' } as const
/** The chief puts hours on offer in Slack, and all that is due is sent. */
const offer = async () => {
  keys += 1
  await city.intake.receive({
    type: 'submit',
    key: `offer-${keys}`,
    sender: fromBoss,
    form: 'interviews.offer',
    data: { step: people.step },
    values: {
      from: '2027-05-12',
      to: '2027-05-13',
      weekdays: ['1', '2', '3', '4', '5'],
      hoursFrom: '10:00',
      hoursTo: '12:00',
      minutes: '60',
      place: '第一会議室',
    },
  })
  await city.delivery.runDue()
}
/** The address behind the words, in an e-mail's plain part. */
const linkIn = (letter: Letter | undefined, words: string): string => {
  const lines = letter?.text.split(/\r?\n/) ?? []
  const found = lines[lines.indexOf(words) + 1] ?? ''
  if (!found.startsWith('http')) throw new Error(`No link 「${words}」 in:\n${letter?.text}`)
  return found
}
const passIn = (url: string) => url.slice(url.lastIndexOf('/') + 1)
const cardText = (replies: readonly Reply[]): string =>
  replies.map((reply) => ('card' in reply ? plainCard(reply.card, 'ja') : '')).join('\n')
interface Page {
  readonly status: number
  readonly html: string
  readonly words: string
  readonly headers: Headers
}
const pageOf = async (response: Response): Promise<Page> => {
  const html = await response.text()
  return { status: response.status, html, words: readAloud(html), headers: response.headers }
}
const look = async (url: string, method = 'GET') => pageOf(await fetch(url, { method, redirect: 'manual' }))
const press = async (pass: string, more: Record<string, string> = {}) =>
  pageOf(
    await fetch(`${http.url}/m`, {
      method: 'POST',
      body: new URLSearchParams({ t: pass, ...more }),
      redirect: 'manual',
    }),
  )
/** The passes of a page's buttons, by what they say; the same words in their order. */
const buttonsOf = ({ html }: Page): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const [, inside = ''] of html.matchAll(/<form[^>]*>([\s\S]*?)<\/form>/g)) {
    const words = /<button[^>]*>([^<]*)<\/button>/.exec(inside)?.[1] ?? ''
    found.set(words, [...(found.get(words) ?? []), /name="t" value="([^"]*)"/.exec(inside)?.[1] ?? ''])
  }
  return found
}
const buttonIn = (page: Page, words: string, nth = 0): string => {
  const pass = buttonsOf(page).get(words)?.[nth]
  if (!pass)
    throw new Error(`No button 「${words}」 but ${[...buttonsOf(page).keys()].join('、')}:\n${page.words}`)
  return pass
}
const booked = () => db.prisma.interview.count({ where: { status: 'booked' } })
/** The hours that can be chosen, after the e-mail's own button. */
const toHours = async () => {
  await offer()
  const url = linkIn(smtp.lettersTo(address)[0], '日時を選ぶ')
  return { url, hours: await press(passIn(url)) }
}

describe('an e-mail', () => {
  test('goes to whoever has no chat, and to nobody who has one', async () => {
    const boss = await db.prisma.person.update({
      where: { id: people.boss },
      data: { email: 'sato@city.example.jp' },
    })
    await inTransaction(db, keepMailAccounts)
    await offer()
    expect(smtp.letters.map(({ to }) => to)).toEqual([address])
    const { hours } = await toHours().catch(() => ({ hours: undefined }))
    expect(hours).toBeDefined()
    expect(smtp.lettersTo(boss.email ?? '')).toEqual([])
  })

  test('to an address that does not exist is a matter for HR, with its remedy; no account at all is none', async () => {
    smtp.faults.push({ recipient: '550 5.1.1 no such user' })
    await offer()
    expect(smtp.lettersTo(address)).toEqual([])
    keys += 1
    const sender = { ...fromBoss, user: 'UHR' }
    const replies = await city.intake.receive({
      type: 'words',
      key: `alarms-${keys}`,
      sender,
      text: '気がかり',
    })
    const alarms = cardText(replies)
    expect(alarms).toContain('職員1さんにお知らせが届いていません')
    expect(alarms).toContain('メールサーバーが、この宛先はないと答えています。名簿のメールアドレスを直して')
    expect(alarms).not.toContain('職員2さんにお知らせ')
    expect(alarms).toMatch(/チャットで届かない方が\d+名/)
  })

  test('leads to a booked hour, at once for both, and tells the conductor in their chat', async () => {
    const { hours } = await toHours()
    expect(hours.words).toContain('第一会議室')
    const done = await press(buttonIn(hours, 'この時間にする'))
    expect(done.status).toBe(200)
    expect(done.words).toContain('5月12日(水) 10:00〜11:00')
    expect(done.html).toContain('href="data:text/calendar')
    expect(await booked()).toBe(1)
    clock.set(at('2027-05-11T09:30'))
    await city.delivery.runDue()
    expect(slack.arrived.map(({ to }) => to.user)).toContain('UBOSS')
    expect(
      await db.prisma.audit.findMany({ where: { action: 'interview.booked' }, select: { actorId: true } }),
    ).toEqual([{ actorId: hanako }])
  })

  test('shows what can be done there by pressing, and speaks of nothing else', async () => {
    const { hours } = await toHours()
    const home = await press(buttonIn(hours, 'ほかの予定を見る'))
    expect(home.words).toContain('日付の順に並べています')
    const help = await press(buttonIn(home, 'できることを見る'))
    expect(help.words).toContain('ボタンを押すと、それぞれの画面が開きます')
    expect(help.words).not.toMatch(/話しかけ|送って/)
  })

  test('asks whether it was held, and one press answers', async () => {
    const { hours } = await toHours()
    await press(buttonIn(hours, 'この時間にする'))
    smtp.letters.length = 0
    clock.set(at('2027-05-12T11:01'))
    await city.delivery.runDue()
    clock.set(at('2027-05-12T16:00'))
    await city.delivery.runDue()
    const asked = smtp.lettersTo(address).at(-1)
    const url = linkIn(asked, '実施した')
    const before = await look(url)
    expect(before.words).toContain('実施した')
    const done = await press(passIn(url))
    expect(done.status).toBe(200)
    expect(await db.prisma.confirmation.findMany({ select: { personId: true, answer: true } })).toEqual([
      { personId: hanako, answer: 'held' },
    ])
  })
})

describe('a link', () => {
  test('does nothing when it is only looked at, by a person, a scanner or a preview', async () => {
    const { url, hours } = await toHours()
    const take = `${http.url}/m/${buttonIn(hours, 'この時間にする')}`
    const before = await db.prisma.inbox.count()
    for (const address of [url, take])
      for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) {
        const page = await look(address, method)
        expect(page.status).toBe(200)
      }
    expect(await booked()).toBe(0)
    expect(await db.prisma.inbox.count()).toBe(before)
    const page = await look(take)
    expect(buttonsOf(page).size).toBe(1)
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store, private',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'x-content-type-options': 'nosniff',
    })
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    )
  })

  test('used twice has one effect, and the second time shows how things stand', async () => {
    const { hours } = await toHours()
    const pass = buttonIn(hours, 'この時間にする')
    const both = await Promise.all([press(pass), press(pass)])
    const again = await press(pass)
    for (const page of [...both, again]) {
      expect(page.status).toBe(200)
      expect(page.words).toContain('5月12日(水) 10:00〜11:00')
    }
    expect(await db.prisma.meeting.count()).toBe(1)
    expect(await db.prisma.audit.count({ where: { action: 'interview.booked' } })).toBe(1)
    // Another hour of the same page was chosen by who did not yet know of the first.
    const other = await press(buttonIn(hours, 'この時間にする', 1))
    expect(other.words).toContain('更新されました')
    expect(await db.prisma.meeting.count()).toBe(1)
  })

  test('acts for the person it was sent to, and for nobody else', async () => {
    const { url } = await toHours()
    const door = passes.read(passIn(url))
    if (!door) throw new Error('no door')
    const other = people.staff[1] ?? 0
    await db.prisma.person.update({ where: { id: other }, data: { email: 'jiro@city.example.jp' } })
    await inTransaction(db, keepMailAccounts)
    // What only the key could make: the same button in the hands of a colleague.
    const theirs = passes.write({ ...door, key: 'other', to: { ...door.to, user: 'jiro@city.example.jp' } })
    const page = await press(theirs)
    expect(page.words).not.toContain('第一会議室')
    // A new address: what was sent to the old one opens nothing any more, however it was forwarded.
    await db.prisma.person.update({ where: { id: hanako }, data: { email: 'new@city.example.jp' } })
    await inTransaction(db, keepMailAccounts)
    const late = await press(passIn(url))
    expect(late.words).not.toContain('第一会議室')
    expect(
      await db.prisma.identity.findMany({ where: { platform: 'email' }, select: { userId: true } }),
    ).toEqual(expect.arrayContaining([{ userId: 'new@city.example.jp' }, { userId: 'jiro@city.example.jp' }]))
  })

  test('that is wrong, cut short or over says what to do, in both languages', async () => {
    const { url } = await toHours()
    const pass = passIn(url)
    for (const bad of [
      pass.slice(0, -4),
      `A${pass}`,
      'x',
      pass.replace(/.$/, pass.endsWith('A') ? 'B' : 'A').slice(1),
    ])
      for (const page of [await look(`${http.url}/m/${bad}`), await press(bad)]) {
        expect(page.status).toBe(404)
        expect(page.words).toContain('このリンクは使えません')
        expect(page.words).toContain('This link cannot be used')
      }
    expect((await look(`${http.url}/m`)).status).toBe(404)
    expect((await press('')).status).toBe(404)
    clock.set(clock.now().add({ hours: 24 * 22 }))
    for (const page of [await look(url), await press(pass)]) {
      expect(page.status).toBe(410)
      expect(page.words).toContain('期限が過ぎています')
    }
    expect(await booked()).toBe(0)
  })

  test('is not tried out: guesses are answered for a while and then not, and what is real goes on', async () => {
    const { url } = await toHours()
    const answers: number[] = []
    for (let n = 0; n < 62; n += 1) answers.push((await look(`${http.url}/m/${'a'.repeat(60)}${n}`)).status)
    expect(answers.slice(0, 60).every((status) => status === 404)).toBe(true)
    expect(answers.slice(60)).toEqual([429, 429])
    expect((await look(url)).status).toBe(200)
    expect(
      (
        await fetch(`${http.url}/m`, {
          method: 'POST',
          body: new URLSearchParams({ t: 'a'.repeat(900_000) }),
        })
      ).status,
    ).toBe(413)
  })

  test('a page that asks for more brings it back, and keeps what was entered where something is to be mended', async () => {
    await db.prisma.person.update({ where: { id: people.boss }, data: { email: 'sato@city.example.jp' } })
    await inTransaction(db, keepMailAccounts)
    const door: Door = {
      to: { platform: 'email', tenant: 'mail', user: 'sato@city.example.jp' },
      key: 'form-1',
      label: '日時',
      language: 'ja',
      until: clock.now().add({ hours: 1 }),
      does: {
        type: 'press',
        action: { id: 'interviews.fix', data: { interview: people.interviews[0] ?? 0, version: 1 } },
      },
    }
    const form = await press(passes.write(door))
    expect(form.html).toContain('type="date"')
    const [pass = ''] = [...buttonsOf(form).values()].flat()
    const wrong = await press(pass, { v0: '2027-05-01', v1: '10:00' })
    expect(wrong.html).toContain('role="alert"')
    expect(wrong.html).toContain('value="2027-05-01"')
    expect(await booked()).toBe(0)
  })
})

describe('an invitation', () => {
  const invite = async () => {
    const [job] = city.features
      .flatMap(({ jobs = [] }) => jobs)
      .filter(({ name }) => name === 'groupware.invite')
    if (!job || !('beside' in job)) throw new Error('no job')
    await job.beside(clock.now(), new AbortController().signal)
  }
  const calendars = (to = address) =>
    smtp
      .lettersTo(to)
      .flatMap(({ others, headers }) =>
        [...others]
          .filter(([type]) => type.startsWith('text/calendar'))
          .map(([type, text]) => ({ type, id: headers.get('message-id'), text: text.replace(/\r\n /g, '') })),
      )

  test('puts what was booked into the calendar, moves it and takes it out again, under one uid and a rising sequence', async () => {
    const { hours } = await toHours()
    await press(buttonIn(hours, 'この時間にする'))
    await invite()
    await invite()
    const meeting = await db.prisma.meeting.findFirstOrThrow()
    const [first, ...more] = calendars()
    expect(more).toEqual([])
    expect(first?.type).toMatch(/method=REQUEST/)
    for (const line of [
      'METHOD:REQUEST',
      `UID:meeting-${meeting.id}@hagukumi`,
      'SEQUENCE:0',
      'DTSTART;TZID=Asia/Tokyo:20270512T100000',
      'SUMMARY:期首面談(佐藤課長)',
      'LOCATION:第一会議室',
      'STATUS:CONFIRMED',
    ])
      expect(first?.text.split('\r\n')).toContain(line)
    expect(first?.text).toMatch(/ORGANIZER;CN="?職員課"?:mailto:hagukumi@city\.example\.jp/i)
    expect(first?.text).toMatch(/ATTENDEE;.*mailto:hanako@city\.example\.jp/i)
    // Another hour instead.
    const again = await press(passIn(linkIn(smtp.lettersTo(address)[0], '日時を選ぶ')))
    await press(buttonIn(again, 'この時間にする'))
    await invite()
    expect(calendars()[1]?.text).toContain('SEQUENCE:1')
    expect(calendars()[1]?.text).toContain('DTSTART;TZID=Asia/Tokyo:20270512T110000')
    expect(calendars()[1]?.id).not.toBe(first?.id)
    // Given back by the conductor.
    await inTransaction(db, (tx) => release(tx, [`meeting:${meeting.id}`]))
    await invite()
    const last = calendars()[2]
    expect(last?.type).toMatch(/method=CANCEL/)
    for (const line of [
      'METHOD:CANCEL',
      'SEQUENCE:2',
      'STATUS:CANCELLED',
      `UID:meeting-${meeting.id}@hagukumi`,
    ])
      expect(last?.text.split('\r\n')).toContain(line)
    expect(smtp.lettersTo(address).at(-1)?.subject).not.toContain('佐藤')
    expect(calendars('sato@city.example.jp')).toEqual([])
  })

  test('waits while the server does, is not repeated where it may have arrived, and goes to whom the city says', async () => {
    await db.prisma.person.update({ where: { id: people.boss }, data: { email: 'sato@city.example.jp' } })
    await inTransaction(db, keepMailAccounts)
    const { hours } = await toHours()
    await press(buttonIn(hours, 'この時間にする'))
    smtp.faults.push({ recipient: '451 4.7.1 later' })
    await invite()
    await invite()
    expect(calendars()).toEqual([])
    clock.set(clock.now().add({ minutes: 16 }))
    smtp.faults.push('cut-after')
    await invite()
    await invite()
    expect(calendars()).toHaveLength(1)
    keys += 1
    const replies = await city.intake.receive({
      type: 'click',
      key: `invited-${keys}`,
      sender: { ...fromBoss, user: 'UHR' },
      action: { id: 'groupware.invited' },
      selected: 'everyone',
    })
    expect(JSON.stringify(replies)).toContain('メールアドレスのある全員に送っています')
    await invite()
    expect(calendars('sato@city.example.jp')).toHaveLength(1)
  })
})

/** What a phone's camera reads from each code of a sheet. */
const codesOf = (html: string): string[] =>
  [...html.matchAll(/<svg viewBox="0 0 (\d+) \d+"[^>]*><path d="([^"]*)"/g)].map(
    ([, side = '0', path = '']) => {
      const scale = 4
      const size = Number(side) * scale
      const data = new Uint8Array(size * size * 4).fill(255)
      for (const [, x = '0', y = '0'] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
        for (let dy = 0; dy < scale; dy += 1)
          for (let dx = 0; dx < scale; dx += 1)
            data.fill(
              0,
              ((Number(y) * scale + dy) * size + Number(x) * scale + dx) * 4,
              ((Number(y) * scale + dy) * size + Number(x) * scale + dx) * 4 + 3,
            )
      return decodeQR({ width: size, height: size, data })
    },
  )

describe('a printed code', () => {
  let taro: number
  let number: string
  beforeEach(async () => {
    taro = people.staff[1] ?? 0
    number = (await db.prisma.person.findUniqueOrThrow({ where: { id: taro } })).number
    await grant(db, people.boss, 'clerk', people.section)
  })
  const print = async (user = 'UBOSS', who = 'unreached') => {
    keys += 1
    const replies = await city.intake.receive({
      type: 'submit',
      key: `print-${keys}`,
      sender: { ...fromBoss, user },
      form: 'accounts.print',
      data: {},
      values: { section: String(people.section), who },
    })
    const file = replies.find((reply) => reply.type === 'file')
    return file?.type === 'file' ? new TextDecoder().decode(file.file.bytes) : undefined
  }
  const open = (url: string, answer: string) => press(passIn(url), { c: answer })

  test('is made for whoever nothing else reaches, by their clerk, and that is in the trail', async () => {
    const html = await print()
    expect(html).toContain('職員2 花子 様')
    expect(html).not.toContain('職員1')
    expect(html).not.toContain(number)
    expect(html).toContain('7月9日(金)まで使えます')
    expect(codesOf(html ?? '')).toHaveLength(1)
    expect(
      await db.prisma.audit.findMany({
        where: { action: 'accounts.code-printed' },
        select: { actorId: true, subjectPersonId: true },
      }),
    ).toEqual([{ actorId: people.boss, subjectPersonId: taro }])
    expect(codesOf((await print('UBOSS', 'everybody')) ?? '')).toHaveLength(4)
  })

  test('is not made by a colleague, nor by the clerk of another section', async () => {
    await db.prisma.roleGrant.deleteMany({ where: { personId: people.boss } })
    expect(await print()).toBeUndefined()
    const other = await addSection(db.prisma, '0200', '税務課')
    await grant(db, people.boss, 'clerk', other)
    expect(await print()).toBeUndefined()
    expect(await db.prisma.identity.count({ where: { platform: 'paper' } })).toBe(0)
  })

  test('leads its person, who knows the staff number, to a booked hour and on to held', async () => {
    const [url = ''] = codesOf((await print()) ?? '')
    await offer()
    const first = await look(url)
    expect(first.words).toContain('職員番号')
    expect(first.words).not.toContain('花子')
    const wrong = await open(url, '9999')
    expect(wrong.words).toContain('職員番号が違う')
    // Full width, with spaces, as people write.
    const wide = [...number].map((sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join('')
    const home = await open(url, ` ${wide} `)
    expect(home.words).toContain('期首面談')
    const mine = await press(buttonIn(home, '見る'))
    const hours = await press(buttonIn(mine, '日時を選ぶ'))
    const done = await press(buttonIn(hours, 'この時間にする'))
    expect(done.words).toContain('5月12日(水) 10:00〜11:00')
    clock.set(at('2027-05-12T16:00'))
    await city.delivery.runDue()
    const later = await open(url, number)
    const held = await press(buttonIn(await press(buttonIn(later, '見る')), '実施した'))
    expect(held.status).toBe(200)
    expect(await db.prisma.confirmation.findMany({ select: { personId: true } })).toEqual([
      { personId: taro },
    ])
    // Nothing is ever sent to paper.
    expect(smtp.lettersTo(address).length).toBe(smtp.letters.length)
  })

  test('does not stand being tried out, ends when another is printed, and after sixty days', async () => {
    const [url = ''] = codesOf((await print()) ?? '')
    for (let tried = 0; tried < 5; tried += 1) expect((await open(url, `${tried}`)).status).toBe(200)
    expect((await open(url, number)).status).toBe(429)
    const [second = ''] = codesOf((await print()) ?? '')
    expect((await open(second, number)).words).toContain('ホーム')
    const [third = ''] = codesOf((await print()) ?? '')
    expect((await open(second, number)).words).not.toContain('期首面談')
    clock.set(clock.now().add({ hours: 24 * 61 }))
    expect((await open(third, number)).status).toBe(410)
  })
})

test('whoever is to join is invited to round tables by e-mail, answers there, and is forgotten at a press', async () => {
  const hr = { platform: 'slack', tenant: 'T1', user: 'UHR', locale: 'ja' } as const
  const send = (body: object) => {
    keys += 1
    return city.intake.receive({ key: `guest-${keys}`, sender: hr, ...body } as InboundEvent)
  }
  const submit = (form: string, data: object, values: object) => send({ type: 'submit', form, data, values })
  const basics = { size: '3', cadence: 'monthly', nextOn: '2027-06-01', minutes: '45', hours: 'any' }
  await submit('gatherings.save', {}, { name: '先輩との座談会', ...basics })
  const { id: series } = await db.prisma.gatheringSeries.findFirstOrThrow()
  await submit('gatherings.who', { series, version: 1 }, {})
  await send({ type: 'click', action: { id: 'gatherings.open', data: { series, version: 2 } } })
  const guest = 'hana@home.example.jp'
  await submit('gatherings.guests', { series }, { people: `新田 花 ${guest}`, until: '2028-04-01' })
  await city.delivery.runDue()
  const letter = smtp.letters.find(({ to }) => to.includes(guest))
  expect(letter?.text).toContain('職員課からのご案内です。')
  expect(letter?.text).toContain('採用には関わりません')
  expect(letter?.text).not.toContain('お疲れさま')
  const link = linkIn(letter, '参加する')
  expect((await look(link)).words).not.toContain('承りました')
  const joined = await press(passIn(link))
  expect(joined.words).toContain('参加を承りました')
  const { id } = await db.prisma.person.findUniqueOrThrow({ where: { email: guest } })
  expect((await db.prisma.gatheringMember.findFirstOrThrow({ where: { personId: id } })).status).toBe(
    'joined',
  )
  // The page offers to end it, and what is behind an old link is nothing any more.
  expect(joined.words).toContain('案内を終わりにする')
  const end = (action: string) =>
    passes.write({
      to: { platform: 'email', tenant: 'mail', user: guest },
      key: `end ${action}`,
      label: action,
      language: 'ja',
      until: clock.now().add({ hours: 1 }),
      does: { type: 'press', action: { id: action, data: {} } },
    })
  expect((await press(end('interviews.mine'))).words).not.toContain('面談の予定')
  expect((await press(end('gatherings.guest-end'))).words).toContain('消去しました')
  expect(await db.prisma.person.count({ where: { email: guest } })).toBe(0)
  expect((await press(passIn(link))).words).not.toContain('先輩との座談会')
})

test('whoever is to join is paired with somebody of the staff by e-mail alone, from the call to "met", and goes at a press', async () => {
  const act = (user: string, body: object) => {
    keys += 1
    const sender = { platform: 'slack', tenant: 'T1', user, locale: 'ja' } as const
    return city.intake.receive({ key: `pair-${keys}`, sender, ...body } as InboundEvent)
  }
  const click = (user: string, id: string, data: object) =>
    act(user, { type: 'click', action: { id: `mentoring.${id}`, data } })
  const submit = (user: string, form: string, data: object, values: object) =>
    act(user, { type: 'submit', form: `mentoring.${form}`, data, values })
  const due = async (when?: string) => {
    if (when) clock.set(at(when))
    await city.delivery.runDue()
  }
  const basics = { cadence: 'monthly', capacity: '1', topics: '仕事', styles: '', times: '昼' }
  const days = { startsOn: '2027-05-11', endsOn: '2028-03-15', signUpUntil: '2027-05-20' }
  await submit('UHR', 'save', {}, { kind: 'hires', name: '先輩トーク', ...basics, ...days })
  const guest = 'hana@home.example.jp'
  const { id: programme } = await db.prisma.mentoringProgramme.findFirstOrThrow()
  await submit('UHR', 'guests', { programme }, { people: `新田 花 ${guest}`, until: '2028-04-01' })
  await db.prisma.mentoringProgramme.update({
    where: { id: programme },
    data: { mentorAudience: { people: [people.boss] } },
  })
  await click('UHR', 'start', { programme, version: 1 })
  await submit('UBOSS', 'sign-up', { programme }, { topics: ['0'], times: ['0'], capacity: '1' })
  await due()
  const letter = () => smtp.letters.filter(({ to }) => to.includes(guest)).at(-1)
  expect(letter()?.text).toContain('採用には関わりません')
  expect(letter()?.text).not.toMatch(/お疲れさま|佐藤/)
  const form = await press(passIn(linkIn(letter(), '回答する')))
  expect(form.words).not.toMatch(/佐藤|総務課/)
  expect((await press(buttonIn(form, '保存する'))).words).toContain('組が決まりましたらお知らせします')
  await click('UHR', 'match', { programme })
  const { version } = await db.prisma.mentoringProgramme.findFirstOrThrow()
  await click('UHR', 'publish', { programme, version })
  await due()
  const offer = linkIn(letter(), 'お願いする')
  expect((await press(passIn(offer))).words).toContain('お二人の確認がそろいましたら')
  const pair = await db.prisma.mentoringPair.findFirstOrThrow()
  await click('UBOSS', 'accept', { pair: pair.id, version: pair.version })
  await due()
  const [when = ''] = letter()?.text.match(/^\d+月\d+日\(.\) \d+:\d+$/m) ?? []
  expect((await press(passIn(linkIn(letter(), when)))).words).toContain(`顔合わせは${when}です`)
  expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(2)
  for (const { text } of smtp.letters.filter(({ to }) => to.includes(guest)))
    expect(text).not.toContain('お疲れさま')
  await due('2027-05-25T10:00')
  expect((await press(passIn(linkIn(letter(), '会えた')))).words).toContain('ありがとうございます')
  expect(await db.prisma.mentoringCheckIn.findMany({ select: { round: true, met: true } })).toEqual([
    { round: 'start', met: true },
  ])
  // They go: the mentor hears once, and nobody gets anywhere by what was sent before.
  const end = passes.write({
    to: { platform: 'email', tenant: 'mail', user: guest },
    key: 'end',
    label: 'end',
    language: 'ja',
    until: clock.now().add({ hours: 1 }),
    does: { type: 'press', action: { id: 'mentoring.guest-end', data: {} } },
  })
  const before = slack.arrived.length
  const letters = smtp.letters.length
  expect((await press(end)).words).toContain('消去しました')
  await due()
  const heard = slack.arrived.slice(before).filter(({ to }) => to.user === 'UBOSS')
  expect(heard.map(({ card }) => plainCard(card, 'ja').includes('内定者の方との組は'))).toEqual([true])
  expect(smtp.letters.length).toBe(letters)
  for (const old of [offer, linkIn(letter(), '会えた')])
    expect((await press(passIn(old))).words).not.toMatch(/先輩トーク|佐藤/)
  expect(await db.prisma.person.count({ where: { email: guest } })).toBe(0)
})

test('HR sees who is reached how, who is not reached at all, and is told so on Home', async () => {
  const as = (type: 'words' | 'home', text = '') => {
    keys += 1
    return city.intake.receive({
      type,
      text,
      key: `hr-${keys}`,
      sender: { ...fromBoss, user: 'UHR' },
    } as never)
  }
  const seen = cardText(await as('words', '届かない方'))
  expect(seen).toContain('4名のうち、2名にチャットで')
  for (const line of ['Slack：2名', 'メール：1名', 'どこからも届かない：1名']) expect(seen).toContain(line)
  expect(cardText(await as('home'))).toContain('どこからも届かない方が1名')
})

test('an account of choice is kept, e-mail comes after every chat, and whoever blocked the bot is left alone', async () => {
  const toHanako = () => ({
    mail: smtp.lettersTo(address).length,
    slack: slack.arrived.filter(({ to }) => to.user === 'UHANA').length,
  })
  const tell = async () => {
    await db.prisma.notice.deleteMany({})
    await db.prisma.slot.deleteMany({})
    await offer()
    return toHanako()
  }
  expect(await tell()).toEqual({ mail: 1, slack: 0 })
  const chat = await db.prisma.identity.create({
    data: { personId: hanako, platform: 'slack', tenant: 'T1', userId: 'UHANA' },
  })
  expect(await tell()).toEqual({ mail: 1, slack: 1 })
  await db.prisma.identity.updateMany({
    where: { personId: hanako, platform: 'email' },
    data: { preferred: true },
  })
  // A new address is the same choice.
  await inTransaction(db, keepMailAccounts)
  expect(await tell()).toEqual({ mail: 2, slack: 1 })
  await db.prisma.identity.updateMany({ where: { personId: hanako }, data: { preferred: false } })
  await db.prisma.identity.update({ where: { id: chat.id }, data: { state: 'uninstalled' } })
  expect(await tell()).toEqual({ mail: 3, slack: 1 })
  await db.prisma.identity.update({ where: { id: chat.id }, data: { state: 'blocked' } })
  expect(await tell()).toEqual({ mail: 3, slack: 1 })
  expect(
    await db.prisma.outbox.findFirst({
      orderBy: { id: 'desc' },
      where: { recipientId: hanako },
      select: { reason: true },
    }),
  ).toEqual({ reason: 'blocked' })
})
