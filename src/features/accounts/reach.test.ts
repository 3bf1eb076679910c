import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asking, buttonsOf, cardOf } from '../../../test/support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { fakePlatform } from '../../../test/support/fake-platform.ts'
import { expectLegal } from '../../../test/support/legal.ts'
import { plainText } from '../../../test/support/plain.ts'
import { addPerson, addSection, at } from '../../../test/support/small-city.ts'
import type { InstallOutcome } from '../../chat/chat.ts'
import { type City, composeCity } from '../../compose.ts'
import type { Grant } from '../../directory/actor.ts'
import type { Answer } from '../../intake/handler.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { accounts } from './index.ts'
import { whyUnreached } from './reach-repository.ts'

const now = at('2027-05-10T09:00')
const clock = new MovableClock(now)
let db: TestDatabase
/** What Microsoft answers, by who is asked for; whoever is not here gets the app. */
const answers = new Map<string, InstallOutcome[]>()
const asked: string[] = []
const install = async (user: string): Promise<InstallOutcome> => {
  asked.push(user)
  return answers.get(user)?.shift() ?? { type: 'installed', already: false }
}

const secret = secretOf(Buffer.alloc(32, 1))
const cityWith = (teams: object): City =>
  composeCity({
    db,
    clock,
    zone: 'Asia/Tokyo',
    secret,
    log: createLog('silent'),
    platforms: [fakePlatform({ platform: 'slack' }), { ...fakePlatform({ platform: 'teams' }), ...teams }],
    features: [accounts],
    processMetrics: false,
  })
let city: City
let section: number
let other: number
let hr: number

const staff = async (name: string, email: string | null, where = section) => {
  const id = await addPerson(db.prisma, name, where)
  await db.prisma.person.update({ where: { id }, data: { email } })
  return id
}
const account = (personId: number, platform: string, state = 'active', lastSeenAt: string | null = null) =>
  db.prisma.identity.create({
    data: { personId, platform, tenant: 'T', userId: `${platform}-${personId}`, state, lastSeenAt },
  })

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock.set(now)
  answers.clear()
  asked.length = 0
  city = cityWith({ install })
  section = await addSection(db.prisma, '0100', '総務課')
  other = await addSection(db.prisma, '0200', '税務課')
  hr = await staff('人事 太郎', 'hr@city.example.jp')
  await account(hr, 'slack')
})

const whole: readonly Grant[] = [{ role: 'hr', sectionId: null }]
const press = async (
  id: string,
  data: object = {},
  who: { id?: number; grants?: readonly Grant[] } = {},
): Promise<Answer> => {
  const handler = city.features[0]?.actions?.[id]
  if (!handler) throw new Error(`no action ${id}`)
  const ask = asking({ id: hr, grants: whole, now: clock.now(), ...who })
  if ((await handler.permission.allows(ask.actor, clock.now())) !== true) throw new Error('not allowed')
  const answer = await handler.handle(ask, handler.data.parse(data))
  for (const reply of answer.replies) if (reply.type === 'card') expectLegal(reply.card)
  return answer as Answer
}
const show = async (...args: Parameters<typeof press>) => plainText(cardOf(await press(...args)))
const say = async (command: string, who: { id?: number; grants?: readonly Grant[] } = {}) => {
  const handler = city.features[0]?.commands?.find(({ id }) => id === command)
  if (!handler) throw new Error('no command')
  return cardOf(await handler.handle(asking({ id: hr, grants: whole, now, ...who }), ''))
}

test('why somebody is not reached is told apart', () => {
  const of = (platform: string, state: string) => [{ platform, state }]
  const why = (accounts: { platform: string; state: string }[], email: string | null = 'a@b.jp') =>
    whyUnreached(accounts, email, ['slack', 'teams'])
  expect(why([...of('teams', 'uninstalled'), ...of('slack', 'active')])).toBeNull()
  expect(why(of('teams', 'uninstalled'))).toBe('without-app')
  expect(why([])).toBe('without-app')
  expect(why([], null)).toBe('nowhere')
  expect(why(of('teams', 'blocked'))).toBe('blocked')
  expect(why(of('slack', 'left'))).toBe('closed')
  // An account on a chat that the city does not use any more reaches nobody.
  expect(whyUnreached(of('teams', 'active'), null, ['slack'])).toBe('nowhere')
  expect(whyUnreached([], 'a@b.jp', ['slack'])).toBe('not-met')
})

describe('who is not reached', () => {
  beforeEach(async () => {
    await staff('職員一 花子', 'one@city.example.jp')
    await account(await staff('職員二 花子', 'two@city.example.jp', other), 'teams', 'uninstalled')
    await account(await staff('職員三 花子', 'three@city.example.jp'), 'teams', 'blocked')
    await staff('保育士 花子', null, other)
  })

  test('is counted with what is to be done, and listed in a file for IT', async () => {
    const card = await say('accounts.unreached')
    const text = plainText(card)
    expect(text).toContain('Teams のアプリがない方　2名')
    expect(text).toContain('アカウントもメールアドレスもない方　1名')
    expect(text).toContain('セットアップ ポリシー')
    expect(text).not.toContain('花子')
    expect([...buttonsOf(card).keys()]).toEqual(['accounts.preview-install', 'accounts.unreached-file'])
    const [file] = (await press('accounts.unreached-file')).replies
    if (file?.type !== 'file') throw new Error('no file')
    const lines = new TextDecoder().decode(file.file.bytes).trim().split('\r\n')
    expect(lines).toHaveLength(5)
    expect(lines.filter((line) => line.includes('Teams のアプリがない方'))).toHaveLength(2)
    expect(lines.at(-1)).toContain('庶務担当の方を通じて')
    expect(lines.join()).toContain('two@city.example.jp')
  })

  test('is told as one thing to know, for the part that is looked after', async () => {
    const told = async (grants: readonly Grant[]) =>
      (await city.features[0]?.alarms?.(db.prisma, asking({ id: hr, grants, now })))?.map(({ text }) => text)
    expect(await told(whole)).toEqual(['チャットで届かない方が4名いらっしゃいます'])
    expect(await told([{ role: 'hr', sectionId: other }])).toEqual([
      'チャットで届かない方が2名いらっしゃいます',
    ])
    expect(await told([])).toEqual([])
  })

  test('is shown to HR of a part for that part alone, without a way to install', async () => {
    const part: readonly Grant[] = [{ role: 'hr', sectionId: other }]
    const card = await say('accounts.unreached', { grants: part })
    expect(plainText(card)).toContain('Teams のアプリがない方　1名')
    expect(plainText(card)).not.toContain('ブロック')
    expect([...buttonsOf(card).keys()]).toEqual(['accounts.unreached-file'])
    await expect(press('accounts.preview-install', {}, { grants: part })).rejects.toThrow('not allowed')
    await expect(press('accounts.unreached', {}, { grants: [] })).rejects.toThrow('not allowed')
  })

  test('cannot be given the app where the city has not permitted it: the steps for IT are all there is', async () => {
    city = cityWith({})
    const card = await say('accounts.unreached')
    expect([...buttonsOf(card).keys()]).toEqual(['accounts.unreached-file'])
    expect(plainText(card)).toContain('TEAMS_CATALOG_APP_ID')
    await expect(press('accounts.preview-install')).rejects.toMatchObject({ kind: 'not-allowed' })
    await expect(press('accounts.install', { mark: 'x' })).rejects.toMatchObject({ kind: 'not-allowed' })
    expect(await db.prisma.appInstallation.count()).toBe(0)
  })
})

describe('the app', () => {
  let one: number
  let two: number
  beforeEach(async () => {
    one = await staff('職員一 花子', 'one@city.example.jp')
    two = await staff('職員二 花子', 'two@city.example.jp')
    await account(two, 'teams', 'uninstalled')
  })
  const wish = async () => {
    const card = cardOf(await press('accounts.preview-install'))
    return press('accounts.install', buttonsOf(card).get('accounts.install') ?? {})
  }
  const stopping = new AbortController().signal
  /** A look of one process: goes on while somebody is due. */
  const work = async () => {
    for (const job of city.features[0]?.jobs ?? [])
      if ('beside' in job) await job.beside(clock.now(), stopping)
  }
  const wishes = () =>
    db.prisma.appInstallation.findMany({
      select: { personId: true, status: true, reason: true },
      orderBy: { personId: 'asc' },
    })

  test('is put with whom the preview names, once, and all of it is in the trail', async () => {
    const preview = cardOf(await press('accounts.preview-install'))
    expect(plainText(preview)).toContain('職員一 花子')
    expect(plainText(preview)).toContain('2名に入れる')
    expect(asked).toEqual([])
    const answer = await wish()
    expect(plainText(cardOf(answer))).toContain('2名の方に、順に入れていきます')
    // Who waits is not wished for again.
    expect(await show('accounts.preview-install')).toContain('対象の方はいらっしゃいません')
    expect(asked).toEqual([])
    await work()
    // By the account that was met, else by the address.
    expect(asked.toSorted()).toEqual(['one@city.example.jp', `teams-${two}`])
    expect(await wishes()).toMatchObject([{ status: 'done' }, { status: 'done' }])
    expect(await db.prisma.identity.findMany({ where: { personId: two } })).toMatchObject([
      { state: 'active' },
    ])
    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ action, actorId, subjectPersonId }) => [action, actorId, subjectPersonId])).toEqual([
      ['accounts.app-wished', hr, null],
      ['accounts.app-installed', hr, expect.any(Number)],
      ['accounts.app-installed', hr, expect.any(Number)],
    ])
    await work()
    expect(asked).toHaveLength(2)
  })

  test('goes to nobody who is not on the list that HR saw', async () => {
    const stale = buttonsOf(cardOf(await press('accounts.preview-install'))).get('accounts.install') ?? {}
    await staff('職員三 花子', 'three@city.example.jp')
    expect(await show('accounts.install', stale)).toContain('いまの一覧を表示しました')
    expect(await db.prisma.appInstallation.count()).toBe(0)
  })

  test('waits as long as Microsoft asks, for everybody, and gives up in the end', async () => {
    const later: InstallOutcome = { type: 'later', afterMs: 120_000 }
    answers.set(
      'one@city.example.jp',
      Array.from({ length: 20 }, () => later),
    )
    await wish()
    await work()
    expect(asked).toEqual(['one@city.example.jp'])
    clock.advance({ seconds: 119 })
    await work()
    expect(asked).toHaveLength(1)
    for (let turn = 0; turn < 10; turn += 1) {
      clock.advance({ minutes: 31 })
      await work()
    }
    expect(await wishes()).toMatchObject([
      { personId: one, status: 'refused', reason: 'gave-up' },
      { status: 'done' },
    ])
    expect(asked.filter((user) => user === 'one@city.example.jp')).toHaveLength(8)
    expect(await show('accounts.unreached')).toContain('何度か試みて入れられなかった：1名')
    // HR may try again.
    answers.clear()
    await wish()
    await work()
    expect(await wishes()).toMatchObject([{ status: 'done', reason: null }, { status: 'done' }])
  })

  test('is refused for all where the city or its registration is at fault, and for one where that one is', async () => {
    answers.set('one@city.example.jp', [{ type: 'refused', reason: 'no-user' }])
    await wish()
    await work()
    expect(await wishes()).toMatchObject([{ status: 'refused', reason: 'no-user' }, { status: 'done' }])
    asked.length = 0
    await db.prisma.identity.updateMany({ where: { personId: two }, data: { state: 'uninstalled' } })
    for (const user of ['one@city.example.jp', `teams-${two}`])
      answers.set(user, [{ type: 'refused', reason: 'not-permitted' }])
    await wish()
    await work()
    expect(asked).toHaveLength(1)
    expect(await wishes()).toMatchObject([{ reason: 'not-permitted' }, { reason: 'not-permitted' }])
    expect(await show('accounts.unreached')).toContain('権限')
  })

  test('is taken up again when a process died over it, and by one process at a time', async () => {
    await wish()
    answers.set('one@city.example.jp', [])
    const dying = cityWith({
      install: async (user: string) => {
        await install(user)
        throw new Error('the process died')
      },
    })
    const [job] = dying.features[0]?.jobs ?? []
    if (!job || !('beside' in job)) throw new Error('no job')
    await expect(job.beside(clock.now(), stopping)).rejects.toThrow()
    expect(asked).toHaveLength(1)
    await Promise.all([work(), work()])
    expect(asked).toHaveLength(2)
    clock.advance({ minutes: 6 })
    await work()
    expect(asked).toHaveLength(3)
    expect(await wishes()).toMatchObject([{ status: 'done' }, { status: 'done' }])
  })

  test('goes to nobody who has left, and old wishes are forgotten', async () => {
    await wish()
    await db.prisma.person.update({ where: { id: one }, data: { leftOn: new Date('2027-05-01') } })
    await work()
    expect(await wishes()).toMatchObject([{ status: 'refused', reason: 'left' }, { status: 'done' }])
    clock.advance({ hours: 24 * 401 })
    const today = clock.now().toZonedDateTimeISO('Asia/Tokyo').toPlainDate()
    await city.features[0]?.on?.({ type: 'day-opened', on: today }, db.prisma, clock.now())
    expect(await wishes()).toEqual([])
  })
})

describe('where one is told', () => {
  test('is the chat used last, until one chooses, and again when one lets go', async () => {
    await account(hr, 'teams', 'active', '2027-05-09T00:00:00Z')
    const card = await say('accounts.mine')
    expect(plainText(card)).toContain('最後にお使いになった Teams に届きます')
    const slack = (await db.prisma.identity.findFirstOrThrow({ where: { platform: 'slack' } })).id
    expect(await show('accounts.receive-in', { account: slack })).toContain('これからは Slack にお届けします')
    const rows = () =>
      db.prisma.identity.findMany({ where: { preferred: true }, select: { platform: true, personId: true } })
    expect(await rows()).toEqual([{ platform: 'slack', personId: hr }])
    expect(plainText(await say('accounts.mine'))).toContain('お選びになった Slack')
    expect(await show('accounts.receive-anywhere')).toContain('最後にお使いになった方')
    expect(await rows()).toEqual([])
  })

  test('is never another person’s account, nor one that is closed', async () => {
    const else1 = await staff('職員一 花子', null)
    const foreign = await account(else1, 'slack')
    const closed = await account(hr, 'teams', 'uninstalled')
    for (const { id } of [foreign, closed])
      expect(await show('accounts.receive-in', { account: id })).toContain('使えなくなっています')
    expect(await db.prisma.identity.count({ where: { preferred: true } })).toBe(0)
  })
})
