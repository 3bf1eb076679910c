import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { plainText } from '../../test/support/plain.ts'
import type { Action, Card } from '../cards/card.ts'
import type { InboundEvent, Reply, Sender } from '../chat/chat.ts'
import { toDbDate } from '../db/time.ts'
import { inTransaction } from '../db/transaction.ts'
import { MovableClock } from '../kernel/clock.ts'
import { Refusal } from '../kernel/errors.ts'
import { secretOf } from '../kernel/secret.ts'
import { action, form, say } from './handler.ts'
import { DEATH, LEASE, MAX_ATTEMPTS } from './inbox.ts'
import { createIntake, type Intake, type LateAnswer } from './intake.ts'
import { everyStaffMember, hr } from './permissions.ts'
import type { NamedAnswers } from './registry.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const start = Temporal.Instant.from('2027-05-10T01:00:00Z')
const clock = new MovableClock(start)
const leases = new MovableClock(start)
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const secret = secretOf(Buffer.alloc(32, 9))
const card = (text: string): Card => ({ summary: text, blocks: [{ type: 'text', text }] })

/** A programme of one number that everybody may raise, and HR may set. */
function counter(hooks: { before?: () => Promise<void>; after?: () => Promise<void> } = {}): NamedAnswers {
  const read = async () => Number((await db.prisma.setting.findUnique({ where: { key: 'n' } }))?.value ?? 0)
  const add = (by: number) =>
    inTransaction(db, async (tx) => {
      const n = Number((await tx.setting.findUnique({ where: { key: 'n' } }))?.value ?? 0) + by
      const at = new Date(0)
      await tx.setting.upsert({
        where: { key: 'n' },
        create: { key: 'n', value: n, updatedAt: at },
        update: { value: n },
      })
      return n
    })
  return {
    name: 'count',
    title: { ja: '数える', en: 'Counting' },
    commands: [
      {
        id: 'count.show',
        phrases: { ja: ['いくつ'], en: ['count'] },
        help: { ja: 'いまの数', en: 'the number' },
        permission: everyStaffMember,
        handle: async (_, rest) => say(card(`n=${await read()} ${rest}`)),
      },
      {
        id: 'count.mine',
        phrases: { ja: ['数えもの'], en: ['counted'] },
        help: { ja: '数えたもの', en: 'what you counted' },
        permission: everyStaffMember,
        ofUse: (actor) => actor.grants.length > 0,
        handle: async (_ask, _rest, question) => say(card(`asked: ${question}`)),
      },
      {
        id: 'count.all',
        phrases: { ja: ['いくつ 全庁'], en: ['count all'] },
        help: { ja: '全庁の数', en: 'all numbers' },
        permission: hr,
        handle: async () => say(card('all')),
      },
      {
        id: 'count.defect',
        phrases: { ja: ['こわれる'], en: ['break'] },
        help: { ja: 'こわれる', en: 'break' },
        permission: everyStaffMember,
        handle: async () => {
          throw new Error('山田 花子 <hanako@example.lg.jp> at /srv/secret')
        },
      },
    ],
    questions: [
      { command: 'count.mine', all: [/もの.*いつ/] },
      { command: 'count.all', all: [/何個/], weight: 9 },
      { command: 'count.show', all: [/何個/] },
    ],
    actions: {
      'count.show': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: async () => say(card(`n=${await read()}`)),
      }),
      'count.add': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ by: z.int() }),
        handle: async (_, { by }) => {
          await hooks.before?.()
          const n = await add(by)
          await hooks.after?.()
          return say(card(`now ${n}`), { id: 'count.show' })
        },
      }),
      'count.refuse': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({}),
        handle: async () => {
          throw new Refusal('conflict', { ja: '先に別の方が進めました。', en: 'Somebody else was first.' })
        },
      }),
    },
    forms: {
      'count.set': form({
        searches: true,
        permission: hr,
        data: z.object({}),
        handle: async (_, __, values) =>
          values.n === undefined ? { errors: { n: '数を入れてください' } } : say(card(`set ${values.n}`)),
      }),
      'count.who': form({
        searches: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: async () => say(card('who')),
      }),
      'count.plain': form({
        permission: everyStaffMember,
        data: z.object({}),
        handle: async () => say(card('plain')),
      }),
    },
    files: [
      {
        permission: hr,
        takes: (name) => name.endsWith('.csv'),
        handle: async (_, name, bytes) => say(card(`${name}: ${bytes.length}`)),
      },
    ],
    home: async () => [
      { at: null, text: 'いつでも' },
      { at: Temporal.Instant.from('2027-06-01T00:00:00Z'), text: '六月' },
      { at: Temporal.Instant.from('2027-05-20T00:00:00Z'), text: '五月' },
    ],
  }
}

let sent: { to: Sender; answer: LateAnswer }[] = []
const told = () =>
  sent.map(({ answer }) => (answer.type === 'card' ? plainText(answer.card) : answer.file.name)).join()
let metrics: Registry
const intakeWith = (feature: NamedAnswers, others: readonly NamedAnswers[] = []): Intake => {
  metrics = new Registry()
  return createIntake({
    core: { db, clock, zone: 'Asia/Tokyo', log },
    features: [feature, ...others],
    secret,
    metrics,
    leases,
    pause: async () => {},
    late: async (to, late) => {
      sent.push({ to, answer: late })
    },
  })
}
let intake: Intake

const sender = (user: string, locale: 'ja' | 'en' = 'ja'): Sender => ({
  platform: 'slack',
  tenant: 'T1',
  user,
  locale,
})
let keys = 0
type Rest<Type> = Omit<Extract<InboundEvent, { type: Type }>, 'key' | 'sender' | 'type'>
const event = <Type extends InboundEvent['type']>(
  type: Type,
  rest: Rest<Type>,
  user = 'U1',
  key?: string,
) => {
  keys += 1
  return { type, key: key ?? `k${keys}`, sender: sender(user), ...rest } as unknown as InboundEvent
}
const words = (text: string, user = 'U1') => event('words', { text }, user)
const click = (of: Action, user = 'U1', key?: string) => event('click', { action: of }, user, key)
const shown = (replies: readonly Reply[]) =>
  replies.map((reply) => ('card' in reply ? plainText(reply.card) : JSON.stringify(reply))).join('\n')
const ask = async (what: InboundEvent) => shown(await intake.receive(what))

beforeEach(async () => {
  await truncateAll(db)
  clock.set(start)
  leases.set(start)
  sent = []
  for (const spy of Object.values(log)) spy.mockClear()
  const person = (number: string, name: string, kana: string, more: object = {}) =>
    db.prisma.person.create({ data: { number, name, kana, ...more } })
  const section = await db.prisma.section.create({
    data: { code: '100', name: '税務課', validFrom: toDbDate(Temporal.PlainDate.from('2020-04-01')) },
  })
  const hanako = await person('1001', '山田 花子', 'ヤマダ ハナコ')
  const taro = await person('1002', '鈴木 太郎', 'スズキ タロウ', { language: 'en' })
  const gone = await person('1003', '山本 去', 'ヤマモト サル', { leftOn: new Date('2027-04-01') })
  await person('1004', '山口 未来', 'ヤマグチ ミライ', { hiredOn: new Date('2027-10-01') })
  await db.prisma.post.create({
    data: { personId: hanako.id, sectionId: section.id, title: '主査', validFrom: new Date('2025-04-01') },
  })
  await db.prisma.roleGrant.create({
    data: { personId: taro.id, role: 'hr', validFrom: new Date('2027-04-01') },
  })
  for (const [userId, { id }] of [['U1', hanako] as const, ['U2', taro] as const, ['U3', gone] as const])
    await db.prisma.identity.create({ data: { personId: id, platform: 'slack', tenant: 'T1', userId } })
  intake = intakeWith(counter())
})

describe('who is asking', () => {
  test('somebody unknown and somebody who has left hear the same, in both languages, and nothing else', async () => {
    const unknown = await ask(words('いくつ', 'U9'))
    expect(unknown).toContain('職員課')
    expect(unknown).toContain('the Personnel Section')
    expect(await ask(words('いくつ', 'U3'))).toBe(unknown)
    expect(await ask(click({ id: 'count.add', data: { by: 1 } }, 'U9'))).toBe(unknown)
    expect(await ask(event('home', {}, 'U9'))).toBe(unknown)
    const found = await intake.receive(event('lookup', { form: 'count.who', field: 'p', query: '山' }, 'U9'))
    expect(found).toEqual([{ type: 'options', options: [] }])
    expect(await db.prisma.setting.count()).toBe(0)
  })

  test('the address of an account is kept, and a blocked account that writes can be reached again', async () => {
    await db.prisma.identity.updateMany({ where: { userId: 'U1' }, data: { state: 'blocked' } })
    await intake.receive({ ...words('いくつ'), sender: { ...sender('U1'), conversation: 'D1' } })
    const account = await db.prisma.identity.findFirst({ where: { userId: 'U1' } })
    expect(account).toMatchObject({ state: 'active', conversation: 'D1' })
    await intake.receive(event('uninstalled', {}))
    expect(await db.prisma.identity.findFirst({ where: { userId: 'U1' } })).toMatchObject({
      state: 'uninstalled',
    })
    expect(await ask(event('installed', {}))).toContain('山田さん')
  })
})

describe('words', () => {
  test('lead to commands, with what follows', async () => {
    expect(await ask(words('いくつ　６月'))).toContain('n=0 6月')
    expect(await ask(words('COUNT'))).toContain('n=0')
  })

  test('that are a question go to the weightiest command this person may use', async () => {
    expect(await ask(words('いま何個ですか'))).toContain('n=0')
    expect(await ask(words('いま何個ですか', 'U2'))).toContain('all')
  })

  test.each(['', '🎉', 'مرحبا', 'x'.repeat(10_000), 'なんだろう'])(
    '%.6s… is answered with the menu',
    async (text) => {
      const menu = await ask(words(text))
      expect(menu).toContain('いくつ')
      expect(menu).toContain('ホーム')
      expect(menu).not.toContain('全庁')
      expect(log.error).not.toHaveBeenCalled()
    },
  )

  test('help shows each person only what they may do, in their language, and its buttons run it', async () => {
    const help = await ask(words('help', 'U2'))
    expect(help).toContain('Counting')
    expect(help).toContain('count all')
    expect([help.includes('counted'), (await ask(words('help'))).includes('counted')]).toEqual([true, false])
    expect(await ask(words('ものはＩｔｓいつ'))).toContain('asked: ものはitsいつ')
    expect(await ask(click({ id: 'intake.run', data: { command: 'count.all' } }, 'U2'))).toContain('all')
    expect(await ask(click({ id: 'intake.run', data: { command: 'count.all' } }))).toContain('人事担当の方')
  })
})

describe('rights', () => {
  test('a refusal says who may, whom to ask, and has a next step', async () => {
    const [reply] = await intake.receive(words('いくつ 全庁'))
    expect(shown(reply ? [reply] : [])).toMatch(/人事担当の方[\s\S]*職員課/)
    expect(JSON.stringify(reply)).toContain('intake.help')
  })

  test('forms and files are refused alike', async () => {
    expect(await ask(event('submit', { form: 'count.set', data: {}, values: { n: '1' } }))).toContain(
      '人事担当の方',
    )
    expect(await ask(event('file', { name: 'a.csv', bytes: new Uint8Array(3) }))).toContain('人事担当の方')
    expect(await ask(event('file', { name: 'a.csv', bytes: new Uint8Array(3) }, 'U2'))).toContain('a.csv: 3')
    expect(await ask(event('file', { name: 'a.png', bytes: new Uint8Array(3) }))).toContain('ファイル')
    const large = new Uint8Array(11 * 1024 * 1024)
    expect(await ask(event('file', { name: 'a.csv', bytes: large }, 'U2'))).toContain('10 MB')
  })
})

describe('what is wrong', () => {
  test("a feature's own no is told in the reader's language", async () => {
    expect(await ask(click({ id: 'count.refuse' }))).toContain('先に別の方')
    expect(await ask(click({ id: 'count.refuse' }, 'U2'))).toContain('Somebody else')
  })

  test('buttons and forms of the past are said to be so', async () => {
    expect(await ask(click({ id: 'count.gone' }))).toContain('以前の表示')
    expect(await ask(click({ id: 'count.add', data: { by: 'x' } }))).toContain('以前の表示')
    expect(await ask(event('submit', { form: 'gone', data: {}, values: {} }))).toContain('以前の表示')
  })

  test('field errors keep the form open, and the same event may then be sent with other values', async () => {
    const form = (n: string) => event('submit', { form: 'count.set', data: {}, values: { n } }, 'U2', 'same')
    expect(await intake.receive(form(' '))).toEqual([
      { type: 'field-errors', errors: { n: '数を入れてください' } },
    ])
    expect(await ask(form('７'))).toContain('set 7')
  })

  test('a text of which only the beginning would be read is refused with its length, before it is cut', async () => {
    const sent = (n: string) =>
      intake.receive(event('submit', { form: 'count.set', data: {}, values: { n } }, 'U2'))
    const [reply] = await sent('あ'.repeat(40_000))
    expect(reply).toMatchObject({ type: 'field-errors', errors: { n: expect.stringContaining('40,000') } })
    expect(await sent(`${'あ'.repeat(10_000)}\n`)).toMatchObject([{ type: 'card' }])
  })

  test('a defect is an apology with a reference; log and card tell nothing of anybody', async () => {
    const apology = await ask(words('こわれる'))
    expect(apology).toMatch(/受付番号 [0-9a-f]{8}/)
    expect(apology).not.toMatch(/hanako|secret|Error/)
    expect(log.error).toHaveBeenCalledOnce()
    const [row] = await db.prisma.inbox.findMany()
    expect(row).toMatchObject({ status: 'failed', outcome: 'error', payload: null })
    expect(apology).toContain(row?.flow.slice(0, 8))
  })

  test('without a database there is still an answer, and the platform may send it again', async () => {
    const broken = {
      ...db,
      pool: { query: () => Promise.reject(new Error('gone')) },
    } as unknown as TestDatabase
    const recorded = vi.fn()
    const lonely = createIntake({
      core: { db: broken, clock, zone: 'Asia/Tokyo', log },
      features: [],
      secret,
      metrics: new Registry(),
    })
    expect(shown(await lonely.receive(words('いくつ'), recorded))).toContain('受付番号')
    expect(recorded).not.toHaveBeenCalled()
  })
})

describe('each event takes effect once', () => {
  test('a replay gets the present state, not a second effect', async () => {
    const add = click({ id: 'count.add', data: { by: 1 } })
    expect(await ask(add)).toContain('now 1')
    expect(await ask(click({ id: 'count.add', data: { by: 5 } }))).toContain('now 6')
    expect(await ask(add)).toContain('n=6')
    expect(await ask(words('いくつ'))).toContain('n=6')
  })

  test('the same key of another platform or tenant is another event', async () => {
    const add = click({ id: 'count.add', data: { by: 1 } })
    await ask(add)
    await ask({ ...add, sender: { ...add.sender, tenant: 'T2' } })
    expect(await db.prisma.inbox.count()).toBe(2)
  })

  test('a command that comes again is simply run again', async () => {
    const show = words('いくつ')
    expect(await ask(show)).toContain('n=0')
    await ask(click({ id: 'count.add', data: { by: 2 } }))
    expect(await ask(show)).toContain('n=2')
  })

  test('two at once: one effect, two answers', async () => {
    const add = click({ id: 'count.add', data: { by: 1 } })
    const both = await Promise.all([ask(add), ask(add)])
    expect(both.filter((text) => text.includes('now 1'))).toHaveLength(1)
    expect(both.filter((text) => /n=1|手続きを進めています/.test(text))).toHaveLength(1)
    expect(await ask(words('いくつ'))).toContain('n=1')
  })

  test('it is recorded, sealed, before the handler runs, and nothing of it is left when it is done', async () => {
    const seen: unknown[] = []
    intake = intakeWith(
      counter({
        before: async () => {
          seen.push(...(await db.prisma.inbox.findMany()))
        },
      }),
    )
    const recorded = vi.fn(() => seen.push('recorded'))
    await intake.receive(click({ id: 'count.add', data: { by: 12345 } }), recorded)
    expect(seen[0]).toBe('recorded')
    const { payload, keyHmac } = seen[1] as { payload: Uint8Array; keyHmac: string }
    expect(Buffer.from(payload).includes(Buffer.from('12345'))).toBe(false)
    expect(keyHmac).toMatch(/^[0-9a-f]{64}$/)
    const [row] = await db.prisma.inbox.findMany()
    expect(row).toMatchObject({
      status: 'done',
      outcome: 'changed',
      payload: null,
      again: { id: 'count.show' },
    })
  })
})

describe('a process that dies', () => {
  class Killed extends Error {}
  /** The process ends at this point: nothing after it happens, not even the record of an error. */
  const dies = async (
    hooks: { before?: () => Promise<void>; after?: () => Promise<void> },
    event: InboundEvent,
  ) => {
    const doomed = intakeWith(counter(hooks))
    const real = db.pool.query.bind(db.pool)
    let dead = false
    const spy = vi
      .spyOn(db.pool, 'query')
      .mockImplementation(((...args: unknown[]) =>
        dead ? Promise.reject(new Killed()) : (real as (...args: unknown[]) => unknown)(...args)) as never)
    for (const name of ['before', 'after'] as const) {
      const hook = hooks[name]
      if (hook)
        hooks[name] = async () => {
          dead = true
          await hook()
        }
    }
    await doomed.receive(event)
    spy.mockRestore()
  }
  const kill = async () => {
    throw new Killed()
  }
  const add = () => click({ id: 'count.add', data: { by: 1 } })

  test('before its effect is tried again from the record, once the lease is out, and the answer sent on', async () => {
    await dies({ before: kill }, add())
    intake = intakeWith(counter())
    expect(await intake.recover(clock.now())).toBe(0)
    leases.set(start.add(LEASE))
    expect(await intake.recover(clock.now())).toBe(1)
    expect(told()).toContain('now 1')
    expect(await intake.recover(clock.now())).toBe(0)
    expect(await ask(words('いくつ'))).toContain('n=1')
  })

  test('after its effect does not act twice', async () => {
    const event = add()
    await dies({ after: kill }, event)
    leases.set(start.add(LEASE))
    intake = intakeWith(counter())
    expect(await ask(event)).toContain('すでに承っています')
    expect(await intake.recover(clock.now())).toBe(1)
    expect(told()).toContain('すでに承っています')
    expect(await ask(words('いくつ'))).toContain('n=1')
  })

  test('is known to be gone when its folder is opened by the next one', async () => {
    await dies({ before: kill }, add())
    intake = intakeWith(counter())
    expect(await intake.recover(clock.now(), { owner: true })).toBe(1)
  })

  test('again and again leaves an event that is given up and counted', async () => {
    const event = add()
    await dies({ before: kill }, event)
    await db.prisma.inbox.updateMany({ data: { attempts: MAX_ATTEMPTS - DEATH + 1, status: 'received' } })
    leases.advance(LEASE)
    intake = intakeWith(counter())
    await intake.recover(clock.now())
    const [row] = await db.prisma.inbox.findMany()
    expect(row).toMatchObject({ status: 'failed', outcome: 'dead', payload: null })
    expect(await metrics.metrics()).toContain('hagukumi_inbound_dead_total{why="dead"} 1')
    expect(await ask(event)).toContain('受付番号')
    expect(await db.prisma.setting.count()).toBe(0)
  })

  test('only slowly, and was taken over meanwhile, has its change undone: the other one counts', async () => {
    let rescue: Intake | undefined
    let first = true
    const slow = counter({
      before: async () => {
        if (!first) return
        first = false
        leases.advance(LEASE)
        await rescue?.recover(clock.now())
      },
    })
    rescue = intakeWith(slow)
    intake = rescue
    const answer = await ask(add())
    expect(await ask(words('いくつ'))).toContain('n=1')
    expect(sent).toHaveLength(1)
    expect(answer).toContain('手続きを進めています')
    expect(log.error).not.toHaveBeenCalled()
  })

  test('what ended a month ago is forgotten', async () => {
    await ask(words('いくつ'))
    clock.advance({ hours: 31 * 24 })
    expect(await intake.prune(clock.now())).toBe(1)
    expect(await db.prisma.inbox.count()).toBe(0)
  })
})

describe('Home and language', () => {
  test('the next things come in order of time, those without a date last', async () => {
    const [reply] = await intake.receive(event('home', {}))
    expect(reply?.type).toBe('home')
    expect(shown(reply ? [reply] : [])).toMatch(/山田さんのホーム[\s\S]*五月[\s\S]*六月[\s\S]*いつでも/)
  })

  test('a programme that fails does not take Home with it', async () => {
    const sick: NamedAnswers = { name: 'sick', home: () => Promise.reject(new Error('x')) }
    intake = intakeWith(counter(), [sick])
    expect(await ask(words('ホーム'))).toMatch(/五月[\s\S]*一部の予定を読み込めませんでした/)
  })

  test('nothing to do is said kindly', async () => {
    intake = intakeWith({ name: 'none' })
    expect(await ask(words('home'))).toContain('お願いしていることはありません')
  })

  test('the language is chosen by oneself and kept', async () => {
    expect(await ask(words('language'))).toContain('日本語で表示')
    const choose = click({ id: 'intake.set-language', data: { language: 'en' } })
    expect(await ask(choose)).toContain('From now on')
    expect(await ask(choose)).toContain('The language is English')
    expect(await ask(words('ホーム'))).toContain('Your next dates')
  })
})

describe('search of colleagues', () => {
  const lookup = async (query: string, form = 'count.who', user = 'U1') => {
    const [reply] = await intake.receive(event('lookup', { form, field: 'p', query }, user))
    return reply?.type === 'options' ? reply.options.map((option) => option.label) : undefined
  }

  test('finds by name, reading and number those who work here today', async () => {
    expect(await lookup('山')).toEqual(['山田 花子（税務課 主査）'])
    expect(await lookup('山田花子')).toEqual(['山田 花子（税務課 主査）'])
    expect(await lookup('やまだ')).toEqual(['山田 花子（税務課 主査）'])
    expect(await lookup('ﾔﾏﾀﾞ')).toEqual(['山田 花子（税務課 主査）'])
    expect(await lookup('１００２')).toEqual(['鈴木 太郎'])
    expect(await lookup('鈴木', 'count.set', 'U2')).toEqual(['鈴木 太郎'])
  })

  test('does not find whoever comes later, even where the list says no day of employment', async () => {
    const section = await db.prisma.section.findFirstOrThrow()
    const late = {
      sectionId: section.id,
      title: '主事',
      validFrom: toDbDate(Temporal.PlainDate.from('2027-06-01')),
    }
    await db.prisma.person.create({ data: { number: '3001', name: '内示 待子', posts: { create: late } } })
    expect(await lookup('内示')).toEqual([])
    clock.set(Temporal.Instant.from('2027-06-01T01:00:00Z'))
    expect(await lookup('内示')).toEqual(['内示 待子（税務課 主事）'])
  })

  test('takes signs of patterns for what they are, and nothing for nothing', async () => {
    expect(await lookup('%')).toEqual([])
    expect(await lookup('_')).toEqual([])
    expect(await lookup('')).toEqual([])
  })

  test('is for those who may use the form, writes nothing down, and gives twenty at most', async () => {
    expect(await lookup('山', 'count.set')).toEqual([])
    expect(await lookup('山', 'unknown')).toEqual([])
    expect(await lookup('山', 'count.plain')).toEqual([])
    expect(await db.prisma.inbox.count()).toBe(0)
    await db.prisma.person.createMany({
      data: Array.from({ length: 30 }, (_, n) => ({ number: `2${n}`, name: `山 ${n}` })),
    })
    expect(await lookup('山')).toHaveLength(20)
  })
})

test('figures count kinds and outcomes, without anybody in them', async () => {
  await ask(words('いくつ'))
  await ask(words('いくつ 全庁'))
  const text = await metrics.metrics()
  expect(text).toContain('hagukumi_inbound_events_total{type="words",outcome="answered"} 1')
  expect(text).toContain('hagukumi_inbound_events_total{type="words",outcome="refused"} 1')
  expect(text).not.toMatch(/U1|T1|山田/)
})
