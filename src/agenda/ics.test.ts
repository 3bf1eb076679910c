import { describe, expect, test } from 'vitest'
import { icsFeed, icsOf } from './ics.ts'

const stamp = { zone: 'Asia/Tokyo', now: Temporal.Instant.from('2027-05-01T00:00Z') }
const entry = {
  uid: 'meeting-12',
  sequence: 3,
  startsAt: Temporal.Instant.from('2027-05-28T05:00Z'),
  endsAt: Temporal.Instant.from('2027-05-28T05:30Z'),
  summary: '期首面談（佐藤課長）',
  place: '本庁舎3階, 第一会議室; 奥',
}

/** Reads a calendar file as RFC 5545 says: lines unfolded, texts unescaped. */
function parse(text: string) {
  expect(text.endsWith('\r\n')).toBe(true)
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  const open: string[] = []
  const found: { path: string; name: string; value: string }[] = []
  for (const line of text.replaceAll('\r\n ', '').trimEnd().split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):(.*)$/.exec(line) ?? []
    if (name === 'BEGIN') open.push(value)
    else if (name === 'END') expect(open.pop()).toBe(value)
    else
      found.push({
        path: open.join('/'),
        name,
        value: value.replace(/\\([nN,;\\])/g, (_, c) => (c === 'n' ? '\n' : c)),
      })
  }
  expect(open).toEqual([])
  return (path: string, name: string) =>
    found.filter((f) => f.path === `VCALENDAR${path}` && f.name === name).map((f) => f.value)
}

describe('a calendar file', () => {
  test('says when and where in the zone of the city hall', () => {
    const get = parse(icsOf(entry, stamp))
    expect(get('', 'METHOD')).toEqual(['PUBLISH'])
    expect(get('/VTIMEZONE', 'TZID')).toEqual(['Asia/Tokyo'])
    expect(get('/VTIMEZONE/STANDARD', 'TZOFFSETTO')).toEqual(['+0900'])
    expect(get('/VEVENT', 'UID')).toEqual(['meeting-12@hagukumi'])
    expect(get('/VEVENT', 'SEQUENCE')).toEqual(['3'])
    expect(get('/VEVENT', 'DTSTAMP')).toEqual(['20270501T000000Z'])
    expect(get('/VEVENT', 'DTSTART;TZID=Asia/Tokyo')).toEqual(['20270528T140000'])
    expect(get('/VEVENT', 'DTEND;TZID=Asia/Tokyo')).toEqual(['20270528T143000'])
    expect(get('/VEVENT', 'SUMMARY')).toEqual(['期首面談（佐藤課長）'])
    expect(get('/VEVENT', 'LOCATION')).toEqual(['本庁舎3階, 第一会議室; 奥'])
  })

  test('takes a released appointment out', () => {
    const get = parse(icsOf({ ...entry, cancelled: true }, stamp))
    expect(get('', 'METHOD')).toEqual(['CANCEL'])
    expect(get('/VEVENT', 'STATUS')).toEqual(['CANCELLED'])
  })

  test('folds long lines between characters and lets no line break in', () => {
    const summary = `${'期首面談と😀'.repeat(20)}\r\nBEGIN:VALARM`
    const get = parse(icsOf({ ...entry, summary, place: '会議室\nEND:VEVENT' }, stamp))
    expect(get('/VEVENT', 'SUMMARY')).toEqual([summary.replace('\r\n', ' ')])
    expect(get('/VEVENT', 'LOCATION')).toEqual(['会議室 END:VEVENT'])
  })

  test('writes UTC for a zone with summer time', () => {
    const get = parse(icsOf(entry, { ...stamp, zone: 'Europe/Berlin' }))
    expect(get('/VEVENT', 'DTSTART')).toEqual(['20270528T050000Z'])
  })

  test('a feed holds many, and none', () => {
    const get = parse(icsFeed('面談', [entry, { ...entry, uid: 'meeting-13' }], stamp))
    expect(get('/VEVENT', 'UID')).toHaveLength(2)
    expect(get('', 'X-WR-CALNAME')).toEqual(['面談'])
    expect(parse(icsFeed('面談', [], stamp))('/VEVENT', 'UID')).toEqual([])
  })
})
