// The mail server and what is told to it: every way in which a delivery ends, and nothing in a name that becomes a header.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Fault, type SmtpStandIn, startSmtpStandIn } from '../../../test/smtp-stand-in/index.ts'
import { hostileText } from '../../../test/support/legal.ts'
import { letterOf, readAloud } from '../../../test/support/mail-clients.ts'
import type { Card } from '../../cards/card.ts'
import { clean, isBlank } from '../../cards/fit.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { connectMail } from './connect.ts'
import { inspectMail } from './inspect.ts'
import { createLimits } from './limits.ts'
import { createPasses, type Door } from './links.ts'
import { createSmtp } from './smtp.ts'

const secret = secretOf(Buffer.alloc(32, 7))
const log = createLog('silent')
const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
let smtp: SmtpStandIn
beforeAll(async () => {
  smtp = await startSmtpStandIn()
})
afterAll(() => smtp.stop())
beforeEach(() => {
  smtp.letters.length = 0
  smtp.faults.length = 0
})

const server = () => ({ host: '127.0.0.1', port: smtp.port, secure: false, tls: 'offered' as const })
const mail = (publicUrl = 'https://h.example.jp') =>
  connectMail({
    server: server(),
    from: { name: '職員課 "はぐくみ"', address: 'hagukumi@city.example.jp' },
    secret,
    now: () => now,
    zone: 'Asia/Tokyo',
    log,
    publicUrl,
  }).platform
const to = { platform: 'email', tenant: 'mail', user: 'hanako@city.example.jp' } as const
const card: Card = {
  summary: '期首面談のご案内',
  blocks: [
    { type: 'text', text: 'お疲れさまです。職員課です。' },
    {
      type: 'buttons',
      buttons: [{ label: '候補日を選ぶ', style: 'primary', action: { id: 'interviews.pick' } }],
    },
  ],
}

describe('a delivery', () => {
  test('arrives as HTML and as a complete plain part, under one Message-ID however often it is sent', async () => {
    const platform = mail()
    for (let sent = 0; sent < 2; sent += 1)
      expect(await platform.send(to, card, '11111111-1111-4111-8111-111111111111')).toMatchObject({
        type: 'done',
      })
    const [first, second] = smtp.letters
    expect(first).toMatchObject({ to: to.user, subject: '期首面談のご案内' })
    for (const letter of smtp.letters) {
      expect(letter.headers.get('message-id')).toBe('<11111111-1111-4111-8111-111111111111@city.example.jp>')
      expect(letter.headers.get('auto-submitted')).toBe('auto-generated')
      for (const words of ['お疲れさまです。職員課です。', '候補日を選ぶ', '5月31日(月)'])
        for (const part of [letter.text, readAloud(letter.html)]) expect(part).toContain(words)
    }
    // The link of the copy is the same event, although nobody can tell that by looking at it.
    const doors = [first, second].map((letter) => {
      const pass = /\/m\/([\w-]+)/.exec(letter?.text ?? '')?.[1] ?? ''
      return createPasses(secret).read(pass)
    })
    expect(doors[0]).toEqual(doors[1])
    expect(doors[0]).toMatchObject({ to, does: { type: 'press', action: { id: 'interviews.pick' } } })
  })

  test.each<[string, Fault, object]>([
    [
      'nobody of that name',
      { recipient: '550 5.1.1 no such user' },
      { type: 'refused', reason: 'no-account' },
    ],
    [
      'a recipient who is refused without a code',
      { recipient: '550 no' },
      { type: 'refused', reason: 'no-account' },
    ],
    ['not permitted', { recipient: '554 5.7.1 denied' }, { type: 'refused', reason: 'not-allowed' }],
    ['too large', { message: '552 5.3.4 too big' }, { type: 'refused', reason: 'too-large' }],
    ['the message refused', { message: '554 5.6.0 spam' }, { type: 'refused', reason: 'rejected' }],
    ['a server that goes away', { recipient: '421 4.3.2 later' }, { type: 'away' }],
    ['cut before the message was asked for', 'cut-before', { type: 'away' }],
    ['cut after the message was taken', 'cut-after', { type: 'unknown' }],
  ])('%s', async (_, fault, end) => {
    smtp.faults.push(fault)
    expect(await mail().send(to, card, '')).toEqual(end)
    expect(smtp.letters).toHaveLength(fault === 'cut-after' ? 1 : 0)
  })

  test('taken not now (greylisting, a full mailbox) is tried again like any failure, not for ever', async () => {
    for (const fault of [{ recipient: '451 4.7.1 greylisted' }, { message: '452 4.2.2 full' }]) {
      smtp.faults.push(fault)
      await expect(mail().send(to, card, '')).rejects.toThrow('not')
    }
    expect(await mail().send(to, card, '')).toMatchObject({ type: 'done' })
  })

  test('to a server that is not there, or says nothing, has not left', async () => {
    const closed = await startSmtpStandIn()
    await closed.stop()
    const absent = createSmtp({ ...server(), port: closed.port }, log)
    expect(await absent.deliver('a@b.example', to.user, Buffer.from('x'))).toEqual({ type: 'unreachable' })
    smtp.faults.push('silent')
    const impatient = createSmtp(server(), log, { silence: 60 })
    expect(await impatient.deliver('a@b.example', to.user, Buffer.from('x'))).toEqual({ type: 'unreachable' })
  })

  test('waits for its turn, and goes back untried where none comes', async () => {
    smtp.faults.push('silent', 'silent', 'silent', 'silent')
    const busy = createSmtp(server(), log, { turn: 30 })
    const under = Array.from({ length: 5 }, () => busy.deliver('a@b.example', to.user, Buffer.from('x')))
    expect(await Promise.race(under)).toMatchObject({ type: 'limited' })
    await expect.poll(() => smtp.faults.length).toBe(0)
    smtp.hangUp()
    const ends = await Promise.all(under)
    expect(ends.map(({ type }) => type).toSorted()).toEqual(['limited', ...Array(4).fill('unreachable')])
    expect(await busy.deliver('a@b.example', to.user, Buffer.from('Subject: x\r\n\r\nx'))).toMatchObject({
      type: 'ok',
    })
  })

  test('with a password that the server does not take waits until that is mended; TLS that is not there is insisted on', async () => {
    const guarded = await startSmtpStandIn({ user: 'hagukumi', pass: 'right' })
    const at = { ...server(), port: guarded.port }
    try {
      const wrong = { ...at, auth: { user: 'hagukumi', pass: 'wrong' } }
      expect(await createSmtp(wrong, log).deliver('a@b.example', to.user, Buffer.from('x'))).toEqual({
        type: 'refused',
        why: 'ours',
      })
      expect(await inspectMail(wrong)).toBe('refused')
      expect(await inspectMail({ ...at, auth: { user: 'hagukumi', pass: 'right' } })).toBe('ok')
      expect(await inspectMail({ ...at, tls: 'required' })).toBe('unreachable')
    } finally {
      await guarded.stop()
    }
  })

  test('goes to one address, and an address is nothing else', async () => {
    for (const user of ['', 'a@b\r\nBcc: x@y.example', 'a@b, x@y', '<a@b>', 'a b@c', 'nobody'])
      expect(await mail().send({ ...to, user }, card, '')).toEqual({ type: 'refused', reason: 'no-account' })
    expect(smtp.letters).toEqual([])
  })

  test('carries a file', async () => {
    const bytes = new TextEncoder().encode('BEGIN:VCALENDAR')
    const file = {
      name: '面談\r\nX-Bad: 1.ics',
      mimeType: 'text/calendar; charset=utf-8',
      bytes,
      comment: '予定です',
    }
    expect(await mail().sendFile(to, file)).toMatchObject({ type: 'done' })
    expect([...(smtp.letters[0]?.others.values() ?? [])]).toEqual(['BEGIN:VCALENDAR'])
    expect(smtp.letters[0]?.raw).not.toMatch(/^X-Bad/m)
  })
})

test('without an outside address nothing is offered, and the reader is told whom to turn to', async () => {
  await mail('').send(to, card, '')
  const [letter] = smtp.letters
  expect(letter?.html).not.toContain('href')
  expect(letter?.text).toContain('庶務担当')
})

test('no summary becomes a header, and nothing that was written is missing from either part', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (summary, text, name) => {
      const letter = letterOf({
        summary,
        blocks: [
          { type: 'text', text },
          { type: 'list', rows: [{ text: name }] },
        ],
      })
      expect(letter.subject).not.toMatch(/[\r\n\p{Cc}]/u)
      expect(letter.subject.length).toBeLessThanOrEqual(150)
      for (const words of [text, name]) {
        const [line = ''] = clean(words).trim().split('\n')
        if (isBlank(words) || line.length > 400) continue
        expect(letter.text).toContain(line)
        expect(readAloud(letter.html)).toContain(line)
      }
    }),
    { numRuns: 150 },
  )
})

test('a hostile subject arrives as a subject', async () => {
  const summary = 'ご案内\r\nBcc: spy@evil.example\r\n\r\n<script>x</script>'
  await mail().send(to, { summary, blocks: [{ type: 'text', text: '<script>alert(1)</script>' }] }, '')
  const [letter] = smtp.letters
  expect(letter?.headers.has('bcc')).toBe(false)
  expect(letter?.subject).toBe('ご案内 Bcc: spy@evil.example <script>x</script>')
  expect(letter?.html).not.toContain('<script')
})

describe('a pass', () => {
  const passes = createPasses(secret)
  const door: Door = {
    to,
    key: 'k',
    label: '候補日を選ぶ',
    language: 'ja',
    until: now,
    does: { type: 'press', action: { id: 'interviews.take', data: { slot: 1 } } },
  }

  test('opens what it was written for, and says nothing of it before', () => {
    const pass = passes.write(door)
    expect(passes.read(pass)).toEqual(door)
    expect(Buffer.from(pass, 'base64url').toString('latin1')).not.toMatch(/hanako|interviews/)
  })

  test('is nothing once a single character was changed, cut or sealed under another key', () => {
    const pass = passes.write(door)
    fc.assert(
      fc.property(fc.nat(pass.length - 1), fc.constantFrom(...'AQgw-_'), (at, sign) => {
        const changed = pass.slice(0, at) + sign + pass.slice(at + 1)
        // The last character of base64 may hold bits that are none.
        if (Buffer.from(changed, 'base64url').equals(Buffer.from(pass, 'base64url'))) return
        expect(passes.read(changed)).toBeUndefined()
      }),
    )
    expect(passes.read(pass.slice(0, -2))).toBeUndefined()
    expect(createPasses(secretOf(Buffer.alloc(32, 8))).read(pass)).toBeUndefined()
    for (const text of ['', '../../etc/passwd', 'a'.repeat(1_000_000)])
      expect(passes.read(text)).toBeUndefined()
  })
})

test('what happens too often is full until the stretch is over, and no more is remembered than fits', () => {
  let ms = 0
  const limits = createLimits({ most: 2, inMs: 1_000, ticks: () => ms })
  for (const times of [1, 2]) {
    expect(limits.full('a'), String(times)).toBe(false)
    limits.count('a')
  }
  expect(limits.full('a')).toBe(true)
  expect(limits.full('b')).toBe(false)
  ms = 1_000
  expect(limits.full('a')).toBe(false)
  limits.count('a')
  for (let n = 0; n < 10_000; n += 1) limits.count(`n${n}`)
  expect(limits.full('n9999')).toBe(false)
})
