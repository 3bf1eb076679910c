import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asking, buttonsOf, cardOf } from '../../../test/support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { at, testCore } from '../../../test/support/small-city.ts'
import type { Card } from '../../cards/card.ts'
import { plainCard } from '../../cards/plain.ts'
import type { DomainEvent } from '../../directory/events.ts'
import type { Answer } from '../../intake/handler.ts'
import type { Core, Feature } from '../feature.ts'
import { importFile } from './import.ts'
import { staffList } from './index.ts'
import { sampleCity } from './sample/sample-city.ts'
import { understand } from './understand.ts'

let db: TestDatabase
let core: Core
let feature: Feature
let heard: DomainEvent[] = []
beforeAll(async () => {
  db = await freshDatabase()
  core = testCore(db, () => async (event) => {
    heard.push(event)
  }).core
  feature = staffList(core)
})
afterAll(() => db.drop())

const plainText = (card: Card) => plainCard(card, 'ja')
const now = at('2027-05-10T09:00')
const hr = asking({ id: 1, grants: [{ role: 'hr', sectionId: null }], now })
const csv = (...rows: string[]) =>
  iconv.encode(
    `職員番号,氏名,所属コード,所属名,職名,級,メールアドレス,一次評価者\r\n${rows.join('\r\n')}`,
    'cp932',
  )
const chief = '001,山田　花子,0101,職員課,課長,６,hanako@city.example.lg.jp,'
const taro = '002,鈴木 太郎,0101,職員課,主事,2,,001'
const jiro = '003,佐藤 次郎,0102,税務課,主任,3,,001'

beforeEach(async () => {
  await truncateAll(db)
  const request = { bytes: csv(chief, taro, jiro), name: 'a.csv', apply: true, actorId: null }
  await importFile(core, { ...request, effectiveOn: Temporal.PlainDate.from('2027-04-01') })
  heard = []
})

const give = async (bytes: Uint8Array, ask = hr) => {
  const [handler] = feature.files ?? []
  if (!handler) throw new Error('no file handler')
  return cardOf(await handler.handle(ask, 'meibo.csv', bytes))
}
const press = async (id: string, data: unknown, ask = hr): Promise<Answer> => {
  const handler = feature.actions?.[id]
  if (!handler) throw new Error(`no action ${id}`)
  return (await handler.handle(ask, handler.data.parse(data))) as Answer
}
const moved = '002,鈴木 太郎,0102,税務課,主事,2,,001'

describe('a list given to the bot', () => {
  test('is shown, applied on confirmation, and its rows are erased', async () => {
    const card = await give(csv(chief, moved, jiro))
    expectLegal(card)
    expect(plainText(card)).toContain('異動 1名')
    expect(card.summary).not.toContain('鈴木')
    const apply = buttonsOf(card).get('staff-list.apply')
    const done = cardOf(await press('staff-list.apply', apply))
    expectLegal(done)
    expect(plainText(done)).toContain('異動 1名を反映しました')
    const [row] = await db.prisma.staffImport.findMany({ orderBy: { id: 'desc' }, take: 1 })
    expect(row).toMatchObject({ status: 'applied', rows: null, createdById: 1 })
    expect(heard.map((event) => event.type)).toEqual(['people-changed', 'transfer-effective'])
  })

  test('with every column there is means the same after it has waited', async () => {
    await truncateAll(db)
    const card = await give(sampleCity({ staff: 40, seed: 3, fiscalYear: 2027 }).csvCp932)
    expectLegal(card)
    const done = cardOf(await press('staff-list.apply', buttonsOf(card).get('staff-list.apply')))
    expect(plainText(done)).toContain('新規 40名を反映しました')
    expectLegal(cardOf((await feature.commands?.[0]?.handle(hr, '')) ?? { replies: [] }))
  })

  test('pressed twice, or by two officers, is applied once', async () => {
    const apply = buttonsOf(await give(csv(chief, moved, jiro))).get('staff-list.apply')
    const other = asking({ id: 2, grants: hr.actor.grants, now })
    const answers = await Promise.all([
      press('staff-list.apply', apply),
      press('staff-list.apply', apply, other),
    ])
    const texts = answers.map((answer) => plainText(cardOf(answer))).toSorted()
    expect(texts.filter((text) => text.includes('を反映しました'))).toHaveLength(1)
    expect(texts.filter((text) => text.includes('すでに反映された'))).toHaveLength(1)
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(1)
  })

  test('whose ground has shifted is worked out anew instead of being applied', async () => {
    const apply = buttonsOf(await give(csv(chief, moved, jiro))).get('staff-list.apply')
    const meanwhile = csv(chief.replace('山田', '高木'), taro, jiro)
    await importFile(core, { bytes: meanwhile, name: 'b.csv', apply: true, actorId: null })
    const again = cardOf(await press('staff-list.apply', apply))
    expect(plainText(again)).toContain('計算し直しました')
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(0)
    await press('staff-list.apply', buttonsOf(again).get('staff-list.apply'))
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(1)
  })

  test('does not take the missing for the departed before HR says so', async () => {
    const card = await give(csv(chief, moved))
    expect(plainText(card)).toContain('名簿にいない登録済みの方 1名')
    const turned = cardOf(await press('staff-list.consent', buttonsOf(card).get('staff-list.consent')))
    expectLegal(turned)
    expect(plainText(turned)).toContain('退職 1名')
    const back = cardOf(await press('staff-list.consent', buttonsOf(turned).get('staff-list.consent')))
    expect(plainText(back)).not.toContain('退職 1名')
    await press('staff-list.apply', buttonsOf(back).get('staff-list.apply'))
    expect(await db.prisma.person.count({ where: { leftOn: { not: null } } })).toBe(0)
  })

  test('may hold from another day; a day that makes no sense is refused at its field', async () => {
    const card = await give(csv(chief, moved, jiro))
    const id = buttonsOf(card).get('staff-list.edit-day')
    const form = feature.forms?.['staff-list.day']
    expect(await form?.handle(hr, id, { day: '2999-01-01' })).toHaveProperty('errors.day')
    expect(await form?.handle(hr, id, { day: '2027-02-30' })).toHaveProperty('errors.day')
    const later = cardOf((await form?.handle(hr, id, { day: '2028-04-01' })) ?? { errors: {} })
    expect(plainText(later)).toContain('2028年4月1日(土)')
    await press('staff-list.apply', buttonsOf(later).get('staff-list.apply'))
    expect(heard.map((event) => event.type)).toEqual(['people-changed'])
    heard = []
    const on = Temporal.PlainDate.from('2028-04-01')
    await feature.on?.({ type: 'day-opened', on: on.subtract({ days: 1 }) }, db.prisma, now)
    expect(heard).toEqual([])
    await feature.on?.({ type: 'day-opened', on }, db.prisma, now)
    const two = (await db.prisma.person.findUniqueOrThrow({ where: { number: '002' } })).id
    expect(heard).toContainEqual({ type: 'transfer-effective', personIds: [two], on })
  })

  test('with errors has no way to be applied, and every point can be taken along', async () => {
    const card = await give(csv(chief, taro.replace(/001$/, '999'), jiro))
    expectLegal(card)
    const buttons = buttonsOf(card)
    expect(buttons.has('staff-list.apply')).toBe(false)
    const { id } = await db.prisma.staffImport.findFirstOrThrow({ orderBy: { id: 'desc' } })
    const forced = cardOf(await press('staff-list.apply', { id, mark: 'x' }))
    expect(plainText(forced)).toContain('先に直していただきたい点が1件')
    const [reply] = (await press('staff-list.problems', buttons.get('staff-list.problems'))).replies
    if (reply?.type !== 'file') throw new Error('no file')
    expect([...reply.file.bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(new TextDecoder().decode(reply.file.bytes)).toContain('要修正,3,一次評価者,999,')
  })

  test('that is no list is answered with what to do', async () => {
    const card = await give(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]))
    expectLegal(card)
    expect(plainText(card)).toContain('中身は画像です')
  })

  test('is erased when it is discarded, replaced, or forgotten', async () => {
    const first = await give(csv(chief, moved, jiro))
    await give(csv(chief, taro, jiro))
    expect(cardOf(await press('staff-list.preview', buttonsOf(first).get('staff-list.cancel')))).toBeDefined()
    const waiting = () => db.prisma.staffImport.count({ where: { status: 'preview' } })
    expect(await waiting()).toBe(1)
    const later = now.add({ hours: 24 * 15 })
    await feature.on?.(
      { type: 'day-opened', on: later.toZonedDateTimeISO('Asia/Tokyo').toPlainDate() },
      db.prisma,
      later,
    )
    expect(await waiting()).toBe(0)
  })

  test('gives cards that both platforms take, whatever stands in its cells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(hostileText, { minLength: 6, maxLength: 6 }), { maxLength: 5 }),
        async (rows) => {
          const quote = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\u0000', '')}"`
          const text = [
            '職員番号,氏名,所属コード,所属名,職名,一次評価者',
            ...rows.map((row) => row.map(quote).join(',')),
          ].join('\r\n')
          expectLegal(await give(new TextEncoder().encode(`\ufeff${text}\r\n010,田中 一,0101,職員課,主事,`)))
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  test('is read without a database being asked for more than numbers and codes', () => {
    const table = {
      kind: 'utf-8' as const,
      sheets: [
        {
          name: '',
          rows: [
            ['職員番号', '氏名', '所属名'],
            ['1', '山田', '課'],
          ],
        },
      ],
    }
    expect(understand(table, { numbers: new Set(), sectionCodes: new Map() })).toMatchObject({ rows: 1 })
  })
})
