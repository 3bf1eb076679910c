import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  judgeAuthorities,
  judgeBackup,
  judgeCertificate,
  judgeDispatch,
  judgeDrill,
  judgeSecret,
  judgeServer,
} from './forewarn.ts'

const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
const today = Temporal.PlainDate.from('2027-05-10')
const zone = 'Asia/Tokyo'
const inDays = (days: number) => now.add({ hours: 24 * days })
const which = { ja: '証明書', en: 'A certificate' }

/** Each says in both languages what to do, unless all is well. */
const told = (
  found: { verdict: string; ja: string; en: string } | undefined,
  verdict: string,
  ja: RegExp,
  en: RegExp,
) => {
  expect(found?.verdict).toBe(verdict)
  expect(found?.ja).toMatch(ja)
  expect(found?.en).toMatch(en)
}

describe('doctor warns before it bites', () => {
  test('of the end of the Teams secret', () => {
    told(judgeSecret(undefined, today), 'note', /TEAMS_SECRET_ENDS/, /TEAMS_SECRET_ENDS/)
    told(judgeSecret('2027-12-31', today), 'good', /2027-12-31/, /2027-12-31/)
    told(judgeSecret('2027-07-01', today), 'note', /あと52日.*新しい値/, /in 52 days.*Make a new one/)
    told(judgeSecret('2027-05-14', today), 'bad', /あと4日/, /in 4 days/)
    told(judgeSecret('2027-05-01', today), 'bad', /過ぎています/, /has ended/)
  })

  test('of the end of a certificate', () => {
    told(judgeCertificate(which, inDays(46), now, zone), 'good', /まで/, /ends on/)
    told(judgeCertificate(which, inDays(45), now, zone), 'note', /あと45日（2027-06-24）/, /45 days/)
    told(judgeCertificate(which, inDays(6), now, zone), 'bad', /手続/, /replaced/)
    told(judgeCertificate(which, inDays(-1), now, zone), 'bad', /過ぎています/, /Replace it/)
  })

  test('of the private CA that ends first, and of a file that holds none', () => {
    const pem = readFileSync('test/fixtures/tls/authority.pem', 'utf8')
    expect(judgeAuthorities(pem, now, zone)).toEqual(judgeAuthorities(`${pem}\n${pem}`, now, zone))
    told(
      judgeAuthorities(pem, Temporal.Instant.from('2999-01-01T00:00:00Z'), zone),
      'bad',
      /NODE_EXTRA/,
      /CA/,
    )
    told(judgeAuthorities('nothing', now, zone), 'bad', /PEM/, /PEM/)
  })

  test('of nobody sending though something is due', () => {
    const hour = 3_600_000
    told(judgeDispatch({ silent: true, oldestOverdueMs: 0 }), 'good', /残っていません/, /Nothing/)
    told(judgeDispatch({ silent: false, oldestOverdueMs: 5 * 60_000 }), 'good', /残っていません/, /Nothing/)
    told(
      judgeDispatch({ silent: true, oldestOverdueMs: 3 * hour }),
      'bad',
      /3時間.*起動/,
      /3 hours.*start it/,
    )
    told(
      judgeDispatch({ silent: false, oldestOverdueMs: 20 * 60_000 }),
      'note',
      /Slack・Teams/,
      /Slack and Teams/,
    )
  })

  test('of a backup that is old or was never taken, and of a drill that is due', () => {
    told(judgeBackup(null, now, zone), 'note', /まだ取っていません.*--keep/, /--keep/)
    told(judgeBackup(inDays(-2), now, zone), 'good', /2027-05-08/, /2027-05-08/)
    told(judgeBackup(inDays(-3), now, zone), 'note', /3日前/, /3 days/)
    told(judgeBackup(inDays(-8), now, zone), 'bad', /8日前/, /8 days/)
    told(judgeDrill(undefined, now, zone), 'note', /drill/, /drill/)
    told(judgeDrill(inDays(-200), now, zone), 'good', /訓練/, /drill/)
    told(judgeDrill(inDays(-201), now, zone), 'note', /201日前/, /201 days/)
  })

  test('of a PostgreSQL server whose fixes end', () => {
    expect(judgeServer('15.18 (Debian)', Temporal.PlainDate.from('2027-01-01'))).toBeUndefined()
    told(judgeServer('15.18', today), 'note', /2027-11-11.*move/, /move/)
    told(judgeServer('15.18', Temporal.PlainDate.from('2027-11-12')), 'bad', /終わりました/, /no fixes/)
    expect(judgeServer('19.1', today)).toBeUndefined()
  })
})
