import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadActor } from '../../test/support/actor.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { composeCity } from '../compose.ts'
import { readConfig } from '../config.ts'
import { lastBackup } from '../delivery/health.ts'
import { MovableClock } from '../kernel/clock.ts'
import { createLog } from '../kernel/log.ts'
import { secretOf } from '../kernel/secret.ts'
import type { Place } from './command.ts'
import { checkFolder, checkHolidays, checkNode, checkZone, judgeClock, judgeSpace } from './doctor.ts'
import { prepare, runCommand } from './run.ts'

let db: TestDatabase
let place: Place
const clock = new MovableClock(Temporal.Instant.from('2027-05-10T00:00:00Z'))
const today = Temporal.PlainDate.from('2027-05-10')

beforeAll(async () => {
  db = await freshDatabase()
  const secret = secretOf(Buffer.alloc(32, 1))
  const log = createLog('silent')
  const city = composeCity({ db, clock, zone: 'Asia/Tokyo', secret, log, features: [] })
  place = { config: readConfig({}), now: () => clock.now(), open: async () => city }
})
afterAll(() => db.drop())

const typed = async (...argv: string[]) => {
  const prepared = await prepare(argv, '/tmp')
  return prepared.type === 'answered' ? prepared.result : runCommand(prepared.request, place)
}

describe('backup', () => {
  test('leaves a file that is there alone until it is told to replace it', async () => {
    const file = path.join(tmpdir(), `hagukumi-${process.pid}.backup`)
    writeFileSync(file, 'mine')
    try {
      expect(await typed('backup', file)).toMatchObject({ code: 1, out: [] })
      expect(readFileSync(file, 'utf8')).toBe('mine')
      expect(await typed('backup', file, '--force')).toMatchObject({ code: 0, err: [] })
      expect(readFileSync(file, 'utf8')).not.toBe('mine')
    } finally {
      rmSync(file)
    }
  })
})

describe('backup into a folder', () => {
  test('is named after the minute, keeps the latest, leaves other files alone, and doctor knows of it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hagukumi-backups-'))
    try {
      for (const name of ['2027-05-01-0100', '2027-05-02-0100'])
        writeFileSync(path.join(folder, `hagukumi-${name}.backup`), '')
      writeFileSync(path.join(folder, 'before-upgrade.backup'), '')
      expect((await typed('backup', folder, '--keep', '0')).code).toBe(2)
      expect(await typed('backup', folder, '--keep', '2')).toMatchObject({ code: 0, err: [] })
      expect(readdirSync(folder).toSorted()).toEqual([
        'before-upgrade.backup',
        'hagukumi-2027-05-02-0100.backup',
        'hagukumi-2027-05-10-0900.backup',
      ])
      expect(await lastBackup(db)).toEqual(clock.now())
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the staff list', () => {
  const file = path.join(tmpdir(), `hagukumi-${process.pid}.csv`)
  beforeEach(() => truncateAll(db))
  afterAll(() => rmSync(file, { force: true }))

  test('says what to do next: apply it, nothing, or mend it', async () => {
    writeFileSync(file, '職員番号,氏名,所属名,採用年月日\n1001,山田 花子,税務課,R6.4.1\n')
    expect((await typed('import', file)).out.join('\n')).toMatch(/--apply を付けて実行すると反映します。$/)
    expect((await typed('import', file, '--apply')).out.join('\n')).toMatch(/反映しました。$/)
    expect((await typed('import', file, '--apply')).out.join('\n')).toMatch(/反映の必要はありません。$/)
    writeFileSync(file, '職員番号,氏名,所属名,採用年月日\n1001,山田 花子,税務課,R6.4.31\n')
    const bad = await typed('import', file, '--apply')
    expect(bad.code).toBe(1)
    expect(bad.out.join('\n')).toMatch(/もう一度お試しください。$/)
  })
})

describe('grant and revoke', () => {
  let personId: number
  beforeEach(async () => {
    await truncateAll(db)
    const person = await db.prisma.person.create({ data: { number: '1001', name: '山田 花子' } })
    personId = person.id
    await db.prisma.person.create({
      data: { number: '1002', name: '山本 去', leftOn: new Date('2027-04-01') },
    })
    await db.prisma.section.create({
      data: { code: '100', name: '税務課', validFrom: new Date('2020-04-01') },
    })
  })
  const held = async () => (await loadActor(db.prisma, personId, today))?.grants

  test('a right is given once, audited, and taken back the same day', async () => {
    const given = await typed('grant', '１００１', 'HR')
    expect(given).toMatchObject({ code: 0, err: [] })
    expect(await held()).toEqual([{ role: 'hr', sectionId: null }])
    expect((await typed('grant', '1001', 'hr')).out.join()).toContain('すでに')
    expect(await typed('revoke', '1001', 'hr')).toMatchObject({ code: 0 })
    expect(await held()).toEqual([])
    expect((await typed('revoke', '1001', 'hr')).out.join()).toContain('付いていません')
    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ via, action, actorId }) => [via, action, actorId])).toEqual([
      ['cli', 'staff-list.granted', null],
      ['cli', 'staff-list.revoked', null],
    ])
  })

  test('a right of yesterday ends today and stays in the record', async () => {
    await db.prisma.roleGrant.create({ data: { personId, role: 'clerk', validFrom: new Date('2027-04-01') } })
    await typed('revoke', '1001', 'clerk')
    expect(await held()).toEqual([])
    expect(await db.prisma.roleGrant.findFirst()).toMatchObject({ validTo: new Date('2027-05-10') })
  })

  test('a right for a part of the tree is another one than that for the whole city', async () => {
    await typed('grant', '1001', 'hr', '--section', '100')
    await typed('grant', '1001', 'hr')
    expect(await held()).toHaveLength(2)
    await typed('revoke', '1001', 'hr', '--section', '100')
    expect(await held()).toEqual([{ role: 'hr', sectionId: null }])
  })

  test.each([
    [['grant', '9999', 'hr'], 1, 'staff number'],
    [['grant', '1002', 'hr'], 1, 'staff number'],
    [['grant', '1001', 'hr', '--section', '777'], 1, 'section'],
    [['grant', '1001', 'boss'], 2, 'admin'],
  ] as const)('%j changes nothing and says why', async (argv, code, told) => {
    const result = await typed(...argv)
    expect(result.code).toBe(code)
    expect(result.err.join()).toContain(told)
    expect(await db.prisma.roleGrant.count()).toBe(0)
    expect(await db.prisma.audit.count()).toBe(0)
  })
})

describe('import and sample-city', () => {
  const list = path.join(tmpdir(), `hagukumi-list-${process.pid}.csv`)
  beforeEach(async () => {
    await truncateAll(db)
    const { bytes } = await typed('sample-city', '--staff', '40', '--seed', '7')
    writeFileSync(list, bytes ?? '')
  })
  afterAll(() => rmSync(list, { force: true }))

  test('without --apply nothing is written; with it once, and a second time changes nothing', async () => {
    const seen = await typed('import', list, '--json')
    const preview = JSON.parse(seen.out.join('')) as { counts: { errors: number }; applied: boolean }
    expect(seen.code).toBe(preview.counts.errors > 0 ? 1 : 0)
    expect(preview.applied).toBe(false)
    expect(await db.prisma.person.count()).toBe(0)
    expect(await typed('import', list, '--apply')).toMatchObject({ code: 0 })
    expect(await db.prisma.person.count()).toBe(40)
    const again = JSON.parse((await typed('import', list, '--apply', '--json')).out.join(''))
    expect(again).toMatchObject({ applied: false })
  })

  test('problems are exit code 1, what is no list at all is 2', async () => {
    writeFileSync(list, '職員番号,氏名,所属コード,所属名,採用年月日\n1,山田 花子,100,税務課,R6.13.41\n')
    expect((await typed('import', list)).code).toBe(1)
    writeFileSync(list, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
    const picture = await typed('import', list, '--lang', 'en')
    expect(picture.code).toBe(2)
    expect(picture.err.join()).not.toBe('')
    expect((await typed('import', list, '--effective', 'soon')).code).toBe(2)
  })

  test('the same seed gives the same list, in whatever number of people is asked', async () => {
    const one = await typed('sample-city', '--staff', '40', '--seed', '7')
    expect(one.bytes).toEqual((await typed('sample-city', '--seed=7', '--staff=40')).bytes)
    expect((await typed('sample-city', '--staff', '3')).code).toBe(2)
  })
})

describe('doctor', () => {
  test('runs every check and names the database', async () => {
    const { out } = await typed('doctor')
    expect(out.join('\n')).toMatch(/Node\.js 26[\s\S]*PostgreSQL[\s\S]*Asia\/Tokyo[\s\S]*祝日/)
  })

  test('each check says how to mend what it finds', () => {
    const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
    expect(checkNode('20.20.2')).toMatchObject({ verdict: 'bad', en: expect.stringContaining('npm ci') })
    expect(checkNode('26.1.0').verdict).toBe('good')
    expect(checkZone('Europe/Paris')).toMatchObject({
      verdict: 'note',
      en: expect.stringContaining('HAGUKUMI_ZONE'),
    })
    expect(checkHolidays(today, 2027)).toMatchObject({
      verdict: 'note',
      en: expect.stringContaining('Update'),
    })
    expect(checkHolidays(today, 2026).verdict).toBe('bad')
    expect(checkHolidays(today).verdict).toBe('good')
    expect(judgeSpace(50 * 1024 * 1024)).toMatchObject({
      verdict: 'bad',
      en: expect.stringContaining('Make room'),
    })
    expect(judgeSpace(500 * 1024 * 1024).verdict).toBe('note')
    expect(judgeClock(now, now.add({ hours: 1 }))).toMatchObject({
      verdict: 'bad',
      en: expect.stringContaining('NTP'),
    })
    expect(judgeClock(now, now, now.add({ minutes: 2 })).verdict).toBe('bad')
    expect(judgeClock(now, now, now.add({ seconds: 2 })).verdict).toBe('good')
    expect(checkFolder('/nowhere/at/all', true).verdict).toBe('note')
  })
})
