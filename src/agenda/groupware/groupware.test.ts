// What a calendar file says, however it is written and whatever it wants of us; and from where one is fetched at all.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calendarUrl, fetchCalendar, isOutside } from './fetch.ts'
import { largestCalendar, readCalendar } from './read.ts'
import { decode, joined, readIcs } from './read-ics.ts'

const zone = 'Asia/Tokyo'
const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
const window = {
  zone,
  from: now.epochMilliseconds,
  to: now.add({ hours: 24 * 60 }).epochMilliseconds,
}
const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//x//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (...lines: string[]) => [
  'BEGIN:VEVENT',
  'UID:1@x',
  'DTSTAMP:20270101T000000Z',
  ...lines,
  'END:VEVENT',
]
const local = (ms: number) =>
  Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
const busy = (...lines: string[]) =>
  readIcs(calendar(...lines), window).busy.map(([start, end]) => `${local(start)}/${local(end)}`)

describe('a calendar file', () => {
  test.each<[string, string[], string[]]>([
    [
      'a time in UTC',
      ['DTSTART:20270512T010000Z', 'DTEND:20270512T020000Z'],
      ['2027-05-12T10:00/2027-05-12T11:00'],
    ],
    [
      'a time of a named zone',
      ['DTSTART;TZID=America/New_York:20270512T100000', 'DURATION:PT30M'],
      ['2027-05-12T23:00/2027-05-12T23:30'],
    ],
    [
      'a zone as Outlook calls it',
      ['DTSTART;TZID=Tokyo Standard Time:20270512T100000', 'DTEND;TZID=Tokyo Standard Time:20270512T113000'],
      ['2027-05-12T10:00/2027-05-12T11:30'],
    ],
    [
      'no zone at all',
      ['DTSTART:20270512T100000', 'DTEND:20270512T110000'],
      ['2027-05-12T10:00/2027-05-12T11:00'],
    ],
    [
      'a zone that nobody knows',
      ['DTSTART;TZID=Mars/Base:20270512T100000', 'DTEND;TZID=Mars/Base:20270512T110000'],
      ['2027-05-12T10:00/2027-05-12T11:00'],
    ],
    ['a whole day', ['DTSTART;VALUE=DATE:20270512'], ['2027-05-12T00:00/2027-05-13T00:00']],
    [
      'days of leave',
      ['DTSTART;VALUE=DATE:20270512', 'DTEND;VALUE=DATE:20270515'],
      ['2027-05-12T00:00/2027-05-15T00:00'],
    ],
    ['a whole day shown as free', ['DTSTART;VALUE=DATE:20270512', 'TRANSP:TRANSPARENT'], []],
    ['called off', ['DTSTART:20270512T010000Z', 'DTEND:20270512T020000Z', 'STATUS:CANCELLED'], []],
    [
      'free in Outlook, whatever else it says',
      [
        'DTSTART:20270512T010000Z',
        'DTEND:20270512T020000Z',
        'TRANSP:OPAQUE',
        'X-MICROSOFT-CDO-BUSYSTATUS:FREE',
      ],
      [],
    ],
    [
      'away in Outlook',
      ['DTSTART:20270512T010000Z', 'DTEND:20270512T020000Z', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF'],
      ['2027-05-12T10:00/2027-05-12T11:00'],
    ],
    ['long over', ['DTSTART:20200512T010000Z', 'DTEND:20200512T020000Z'], []],
    ['a moment', ['DTSTART:20270512T010000Z'], []],
    ['backwards', ['DTSTART:20270512T020000Z', 'DTEND:20270512T010000Z'], []],
    [
      'every week, but for one that is left out',
      [
        'DTSTART;TZID=Asia/Tokyo:20250106T090000',
        'DTEND;TZID=Asia/Tokyo:20250106T100000',
        'RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270601T000000Z',
        'EXDATE;TZID=Asia/Tokyo:20270524T090000',
      ],
      [
        '2027-05-10T09:00/2027-05-10T10:00',
        '2027-05-17T09:00/2027-05-17T10:00',
        '2027-05-31T09:00/2027-05-31T10:00',
      ],
    ],
    [
      'days named one by one',
      ['DTSTART:20270512T010000Z', 'DTEND:20270512T020000Z', 'RDATE:20270513T010000Z,20270514T010000Z'],
      [
        '2027-05-12T10:00/2027-05-12T11:00',
        '2027-05-13T10:00/2027-05-13T11:00',
        '2027-05-14T10:00/2027-05-14T11:00',
      ],
    ],
  ])('%s', (_, lines, expected) => {
    expect(busy(...event(...lines))).toEqual(expected)
  })

  test('one of a series moved, another called off', () => {
    const series = [
      'DTSTART;TZID=Asia/Tokyo:20270511T090000',
      'DTEND;TZID=Asia/Tokyo:20270511T100000',
      'RRULE:FREQ=DAILY;COUNT=4',
    ]
    const moved = [
      'RECURRENCE-ID;TZID=Asia/Tokyo:20270512T090000',
      'DTSTART;TZID=Asia/Tokyo:20270512T150000',
      'DTEND;TZID=Asia/Tokyo:20270512T160000',
    ]
    const off = [
      'RECURRENCE-ID:20270513T000000Z',
      'DTSTART:20270513T000000Z',
      'DTEND:20270513T010000Z',
      'STATUS:CANCELLED',
    ]
    expect(busy(...event(...series), ...event(...moved), ...event(...off))).toEqual([
      '2027-05-11T09:00/2027-05-11T10:00',
      '2027-05-12T15:00/2027-05-12T16:00',
      '2027-05-14T09:00/2027-05-14T10:00',
    ])
  })

  test('a zone that the file defines itself, and clocks that are put forward', () => {
    const own = [
      'BEGIN:VTIMEZONE',
      'TZID:Office',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0900',
      'TZOFFSETTO:+0900',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]
    expect(
      busy(...own, ...event('DTSTART;TZID=Office:20270512T100000', 'DTEND;TZID=Office:20270512T110000')),
    ).toEqual(['2027-05-12T10:00/2027-05-12T11:00'])
    // Nine in London is another hour in Tokyo from the end of March on.
    const london = readIcs(
      calendar(
        ...event(
          'DTSTART;TZID=Europe/London:20270322T090000',
          'DTEND;TZID=Europe/London:20270322T100000',
          'RRULE:FREQ=WEEKLY;COUNT=2',
        ),
      ),
      { zone, from: 0, to: window.to },
    ).busy.map(([start]) => local(start))
    expect(london).toEqual(['2027-03-22T18:00', '2027-03-29T17:00'])
  })

  test('what is free or busy without any appointment, and our own appointments come back', () => {
    expect(
      busy(
        'BEGIN:VFREEBUSY',
        'FREEBUSY;FBTYPE=BUSY:20270512T010000Z/20270512T020000Z,20270512T030000Z/PT1H',
        'FREEBUSY;FBTYPE=FREE:20270513T010000Z/PT1H',
        'END:VFREEBUSY',
      ),
    ).toEqual(['2027-05-12T10:00/2027-05-12T11:00', '2027-05-12T12:00/2027-05-12T13:00'])
    const own = [
      'BEGIN:VEVENT',
      'UID:meeting-12@hagukumi',
      'DTSTART:20270512T010000Z',
      'DTEND:20270512T020000Z',
      'END:VEVENT',
    ]
    expect(busy(...own)).toEqual([])
  })

  test('in any encoding: the times are read', () => {
    const text = calendar(...event('SUMMARY:部内会議', 'DTSTART:20270512T010000Z', 'DTEND:20270512T020000Z'))
    const shiftJis = Buffer.concat([
      Buffer.from(text.split('部内会議')[0] ?? ''),
      Buffer.from([0x95, 0x94, 0x93, 0xe0]),
      Buffer.from(text.split('部内会議')[1] ?? ''),
    ])
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), shiftJis, utf16])
      expect(readIcs(decode(bytes), window).busy).toHaveLength(1)
  })

  test('nothing but times comes out, joined where they touch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 30 })), { maxLength: 30 }),
        (parts) => {
          const spans = parts.map(([start, length]) => [start, start + length] as const)
          const whole = joined(spans)
          for (let at = 0; at < 240; at += 1)
            expect(whole.some(([start, end]) => start <= at && at < end)).toBe(
              spans.some(([start, end]) => start <= at && at < end),
            )
          for (let n = 1; n < whole.length; n += 1)
            expect(whole[n]?.[0]).toBeGreaterThan(whole[n - 1]?.[1] ?? 0)
        },
      ),
    )
  })
})

describe('in a thread of its own', () => {
  /** Longer than a test lasts, unless it is about the time: a busy machine reads slowly. */
  const read = (text: string, ms = 60_000) => readCalendar(new TextEncoder().encode(text), zone, now, ms)
  const rule = (line: string) =>
    calendar(...event('DTSTART:19700101T000000Z', 'DTEND:19700101T000001Z', `RRULE:${line}`))

  test('a file that never ends is ended, and the next one is read', async () => {
    const [endless, impossible, good] = await Promise.all([
      read(rule('FREQ=SECONDLY')),
      read(rule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), 1_500),
      read(calendar(...event('DTSTART:20270512T010000Z', 'DTEND:20270512T020000Z'))),
    ])
    // So many steps are gone, and no more.
    expect(endless).toEqual({ type: 'ok', spans: [], cut: true })
    expect(impossible.type === 'ok' ? impossible.spans : impossible.why).toEqual(expect.anything())
    expect(good).toMatchObject({ type: 'ok', spans: [{}], cut: false })
  })

  test('what is no calendar, or larger than any, is said', async () => {
    expect(await read('こんにちは')).toEqual({ type: 'bad', why: 'unreadable' })
    expect(await read('BEGIN:VCARD\r\nEND:VCARD\r\n')).toEqual({ type: 'bad', why: 'unreadable' })
    expect(await readCalendar(new Uint8Array(largestCalendar + 1), zone, now)).toEqual({
      type: 'bad',
      why: 'too-large',
    })
  })
})

describe('an address', () => {
  let server: Server
  let at: string
  let inside: string
  const asked: string[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host}${request.url}`)
      switch (request.url) {
        case '/moved':
          response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end()
          return
        case '/missing':
          response.writeHead(404).end()
          return
        case '/large':
          response.writeHead(200)
          for (let n = 0; n < 11; n += 1) response.write(Buffer.alloc(1024 * 1024))
          response.end()
          return
        case '/slow':
          response.writeHead(200)
          response.write('BEGIN:VCALENDAR')
          return
        default:
          response.end('BEGIN:VCALENDAR')
      }
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve())
    })
    const { port } = server.address() as AddressInfo
    inside = `127.0.0.1:${port}`
    at = `http://${inside}`
  })
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  const get = (url: string, more: object = {}) =>
    fetchCalendar(url, { inside: [inside], withinMs: 60_000, ...more })

  test('is read where the city has named the host, and goes nowhere else from there', async () => {
    expect(await get(`${at}/calendar.ics`)).toMatchObject({ type: 'ok' })
    expect(await get(`${at}/moved`)).toEqual({ type: 'bad', why: 'moved' })
    expect(await get(`${at}/missing`)).toEqual({ type: 'bad', why: 'refused' })
    expect(await get(`${at}/large`)).toEqual({ type: 'bad', why: 'too-large' })
    expect(await get(`${at}/slow`, { withinMs: 100 })).toEqual({ type: 'bad', why: 'unreachable' })
  })

  test('of this computer or the house is not, however it is written', async () => {
    asked.length = 0
    const { port } = new URL(at)
    const written = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '0.0.0.0',
      '10.0.0.1',
      '192.168.1.1',
      '172.16.0.1',
      '169.254.169.254',
      '[fe80::1]',
      '[fd00::1]',
      '100.64.0.1',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
    ]
    for (const host of written)
      expect([host, await get(`http://${host}:${port}/x`, { inside: [] })]).toEqual([
        host,
        { type: 'bad', why: 'inside' },
      ])
    expect(asked).toEqual([])
  })

  test('of which one answer leads inside is not, and the connection goes to what was checked', async () => {
    asked.length = 0
    const name = `http://calendar.example.jp:${new URL(at).port}/x`
    const both = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    expect(await get(name, { lookup: both })).toEqual({ type: 'bad', why: 'inside' })
    // Asked twice, the name stands for this computer the second time: it is asked once.
    let times = 0
    const rebinding = async () => {
      times += 1
      return [times === 1 ? { address: '203.0.114.1', family: 4 } : { address: '127.0.0.1', family: 4 }]
    }
    expect(await get(name, { lookup: rebinding, withinMs: 200 })).toEqual({ type: 'bad', why: 'unreachable' })
    expect(times).toBe(1)
    expect(asked).toEqual([])
    // Under the city's own word the name leads inside, to the address that was looked up, and says who it asks for.
    const named = await get(name, {
      inside: ['calendar.example.jp'],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    expect(named).toMatchObject({ type: 'ok' })
    expect(asked).toEqual([`${new URL(name).host}/x`])
  })

  test('is https, http or webcal, and nothing else', async () => {
    expect(calendarUrl('webcal://a.example/b.ics')?.href).toBe('https://a.example/b.ics')
    for (const url of [
      'file:///etc/passwd',
      'ftp://a.example',
      'javascript:1',
      '',
      'x',
      `https://a.example/${'a'.repeat(3_000)}`,
    ]) {
      expect(calendarUrl(url)).toBeUndefined()
      expect(await get(url)).toEqual({ type: 'bad', why: 'address' })
    }
    for (const address of ['93.184.216.34', '2606:2800:220:1::1']) expect(isOutside(address)).toBe(true)
    for (const address of ['', 'x', '999.1.1.1']) expect(isOutside(address)).toBe(false)
  })
})
