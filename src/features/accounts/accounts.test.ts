import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buttonsOf, cardOf } from '../../../test/support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { plainText } from '../../../test/support/plain.ts'
import type { FormValues } from '../../cards/card.ts'
import { type City, composeCity } from '../../compose.ts'
import { inTransaction } from '../../db/transaction.ts'
import { type MetAccount, meetAccount } from '../../directory/change/accounts.ts'
import type { Ask } from '../../intake/handler.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { accounts, linkByNumber } from './index.ts'

const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
const today = Temporal.PlainDate.from('2027-05-10')
let db: TestDatabase
let city: City
let hr: number
let hanako: number
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  const clock = new MovableClock(now)
  const secret = secretOf(Buffer.alloc(32, 1))
  const log = createLog('silent')
  city = composeCity({ db, clock, zone: 'Asia/Tokyo', secret, log, features: [accounts] })
  const add = (number: string, name: string, email: string | null) =>
    db.prisma.person.create({ data: { number, name, email } })
  hr = (await add('1', '人事 一郎', 'hr@city.example.jp')).id
  hanako = (await add('2', '山田 花子', 'hanako@city.example.jp')).id
  await db.prisma.roleGrant.create({
    data: { personId: hr, role: 'hr', validFrom: new Date('2027-04-01') },
  })
})

const met = (user: string, about: Partial<MetAccount> = {}): MetAccount => ({
  platform: 'slack',
  tenant: 'T1',
  user,
  open: true,
  shownName: 'はなちゃん',
  came: true,
  ...about,
})
const meet = (account: MetAccount) => inTransaction(db, (tx) => meetAccount(tx, account, now, today))
const identities = () =>
  db.prisma.identity.findMany({
    select: { personId: true, userId: true, state: true },
    orderBy: { id: 'asc' },
  })
const matters = () => db.prisma.accountMatter.findMany({ select: { kind: true, settledAt: true } })
const trail = async () =>
  (await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })).map(({ action }) => action)

const feature = () => city.features[0]
const ask = (): Ask => ({
  actor: {
    id: hr,
    number: '1',
    name: '人事 一郎',
    language: 'ja',
    grants: [{ role: 'hr', sectionId: null }],
  },
  language: 'ja',
  now,
  today,
  flow: 'f',
  sender: { platform: 'slack', tenant: 'T1', user: 'UHR', locale: 'ja' },
})
const show = async () => {
  const [command] = feature()?.commands ?? []
  if (!command) throw new Error('no command')
  return cardOf(await command.handle(ask(), ''))
}
const submit = async (id: string, matter: number, values: FormValues) => {
  const handler = feature()?.forms?.[id]
  if (!handler) throw new Error('no form')
  return handler.handle(ask(), { matter }, values)
}
const firstMatter = async () => (await db.prisma.accountMatter.findFirstOrThrow()).id

describe('an account that is met', () => {
  test('belongs to the person with its confirmed address, once, however often it is met', async () => {
    await Promise.all([1, 2, 3].map(() => meet(met('U2', { email: 'hanako@city.example.jp' }))))
    expect(await identities()).toEqual([{ personId: hanako, userId: 'U2', state: 'active' }])
    expect(await matters()).toEqual([])
    expect(await trail()).toEqual(['accounts.linked'])
  })

  test('belongs to nobody without a confirmed address: HR is asked, when the person has turned to us', async () => {
    await meet(met('U8', { came: false }))
    expect(await matters()).toEqual([])
    await meet(met('U9'))
    await meet(met('U9', { email: 'somebody@elsewhere.example' }))
    expect(await identities()).toEqual([])
    expect(await matters()).toEqual([{ kind: 'unknown', settledAt: null }])
  })

  test('of somebody who has left the city belongs to nobody', async () => {
    await db.prisma.person.update({ where: { id: hanako }, data: { leftOn: new Date('2027-04-01') } })
    await meet(met('U2', { email: 'hanako@city.example.jp' }))
    expect(await identities()).toEqual([])
  })

  test('of a guest or a program is not linked at all, and HR is not troubled', async () => {
    await meet(met('U2', { open: false, email: 'hanako@city.example.jp' }))
    expect(await identities()).toEqual([])
    expect(await matters()).toEqual([])
  })

  test('that is switched off is written to no more, HR hears of it, and it may come back', async () => {
    const account = met('U2', { email: 'hanako@city.example.jp' })
    await meet(account)
    await meet({ ...account, open: false })
    await meet({ ...account, open: false })
    expect(await identities()).toMatchObject([{ state: 'left' }])
    expect(plainText(await show())).toContain('山田 花子さんの Slack のアカウント')
    await meet(account)
    expect(await identities()).toMatchObject([{ state: 'active' }])
    expect(await matters()).toEqual([])
    expect(await trail()).toEqual(['accounts.linked', 'accounts.closed', 'accounts.reopened'])
  })

  test('that has another address now is put to HR, and goes on until HR decides', async () => {
    await meet(met('U2', { email: 'hanako@city.example.jp' }))
    await meet(met('U2', { email: 'new@city.example.jp' }))
    expect(await identities()).toMatchObject([{ personId: hanako, state: 'active' }])
    expect(plainText(await show())).toContain('メールアドレスが名簿と違っています')
    const answer = await submit('accounts.check', await firstMatter(), { decision: 'unlink' })
    expect(plainText(cardOf(answer))).toContain('結びつきを外しました')
    expect(await identities()).toEqual([])
    expect(await trail()).toEqual(['accounts.linked', 'accounts.unlinked'])
  })
})

describe('an account that changes hands', () => {
  const account = met('U2', { email: 'hanako@city.example.jp', shownName: '山田 花子' })
  beforeEach(() => meet(account))

  test('by another name is put to HR; the same name written otherwise is not', async () => {
    await meet({ ...account, shownName: '山田　花子' })
    expect(await matters()).toEqual([])
    await meet({ ...account, shownName: '佐藤 次郎' })
    await meet({ ...account, shownName: '佐藤 次郎' })
    expect(await matters()).toEqual([{ kind: 'other-name', settledAt: null }])
    expect(plainText(await show())).toContain('山田 花子さん（Slack ではいま「佐藤 次郎」）')
    expect(await identities()).toMatchObject([{ personId: hanako, state: 'active' }])
    // Married, says HR: kept; the next new name is asked about again.
    await submit('accounts.check', await firstMatter(), { decision: 'keep' })
    await meet({ ...account, shownName: '佐藤 次郎' })
    expect(await matters()).toEqual([{ kind: 'other-name', settledAt: expect.any(Date) }])
    await meet({ ...account, shownName: '鈴木 三郎' })
    expect(await matters()).toEqual([{ kind: 'other-name', settledAt: null }])
  })

  test('is taken from its person by HR, and its old address does not give it back', async () => {
    const passedOn = { ...account, shownName: '佐藤 次郎' }
    await meet(passedOn)
    await submit('accounts.check', await firstMatter(), { decision: 'unlink' })
    await meet(passedOn)
    expect(await identities()).toEqual([])
    expect((await matters()).map(({ kind }) => kind).sort()).toEqual(['other-name', 'unknown'])
    const asked = await db.prisma.accountMatter.findFirstOrThrow({ where: { kind: 'unknown' } })
    await submit('accounts.link', asked.id, { person: String(hr) })
    await meet(passedOn)
    expect(await identities()).toMatchObject([{ personId: hr }])
  })

  test('with the confirmed address of another member of staff is theirs at once', async () => {
    await meet({ ...account, email: 'hr@city.example.jp', shownName: '人事 一郎' })
    expect(await identities()).toMatchObject([{ personId: hr, state: 'active' }])
    expect(await trail()).toEqual(['accounts.linked', 'accounts.unlinked', 'accounts.linked'])
    expect(await matters()).toEqual([])
  })

  test('goes on with its person where HR has said so, whatever address it has', async () => {
    await meet({ ...account, email: 'new@city.example.jp' })
    await submit('accounts.check', await firstMatter(), { decision: 'keep' })
    await meet({ ...account, email: 'hr@city.example.jp' })
    expect(await identities()).toMatchObject([{ personId: hanako }])
  })
})

describe('HR', () => {
  test('links an account to whom it belongs; the person is greeted there', async () => {
    await meet(met('U9'))
    expect([...buttonsOf(await show()).keys()]).toEqual(['accounts.link', 'accounts.unreached'])
    const matter = await firstMatter()
    expect(await submit('accounts.link', matter, {})).toMatchObject({
      errors: { person: expect.any(String) },
    })
    expect(await submit('accounts.link', matter, { person: String(hanako), nobody: ['yes'] })).toMatchObject({
      errors: { person: expect.any(String) },
    })
    const answer = await submit('accounts.link', matter, { person: String(hanako) })
    expect(plainText(cardOf(answer))).toContain('結びつけました')
    expect(await identities()).toEqual([{ personId: hanako, userId: 'U9', state: 'active' }])
    const [notice] = await db.prisma.notice.findMany()
    expect(notice).toMatchObject({ kind: 'accounts.linked', recipientId: hanako })
    const late = await submit('accounts.link', matter, { person: String(hr) })
    expect(plainText(cardOf(late))).toContain('先に対応した')
    expect(await identities()).toHaveLength(1)
  })

  test('says once that somebody is not staff; the name that Slack showed is forgotten', async () => {
    await meet(met('U9'))
    await submit('accounts.link', await firstMatter(), { nobody: ['yes'] })
    await meet(met('U9'))
    expect(await matters()).toEqual([{ kind: 'unknown', settledAt: expect.any(Date) }])
    expect((await db.prisma.accountMatter.findFirstOrThrow()).shownName).toBeNull()
    expect(plainText(await show())).toContain('確認が必要なアカウントはありません')
  })

  test('is told on the next morning, once for each new account', async () => {
    await meet(met('U9'))
    const morning = () =>
      inTransaction(db, async (tx) => feature()?.on?.({ type: 'day-opened', on: today }, tx, now))
    await morning()
    await morning()
    expect(await db.prisma.notice.count({ where: { recipientId: hr, status: 'planned' } })).toBe(1)
    const [kind] = feature()?.notices ?? []
    const part = await kind?.draw(db.prisma, [], { id: hr, number: '1', name: '', language: 'ja' }, now)
    expect(JSON.stringify(part)).toContain('1件')
    expect(JSON.stringify(part)).not.toContain('はなちゃん')
  })
})

test('the command line links whoever has written, for the first HR officer', async () => {
  await meet(met('U9'))
  await expect(linkByNumber(city.core, { number: '9', userId: 'U9' })).rejects.toThrow()
  await expect(linkByNumber(city.core, { number: '1', userId: 'U8' })).rejects.toThrow()
  expect(await linkByNumber(city.core, { number: '1', userId: 'U9' })).toEqual({ name: '人事 一郎' })
  // Said once more, as after a lost answer: the same, and nothing more.
  expect(await linkByNumber(city.core, { number: '1', userId: 'U9' })).toEqual({ name: '人事 一郎' })
  await expect(linkByNumber(city.core, { number: '2', userId: 'U9' })).rejects.toThrow()
  expect(await identities()).toEqual([{ personId: hr, userId: 'U9', state: 'active' }])
  const [entry, ...more] = await db.prisma.audit.findMany()
  expect(entry).toMatchObject({ via: 'cli', actorId: null })
  expect(more).toEqual([])
})
