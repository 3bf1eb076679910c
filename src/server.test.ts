import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freshDatabase, type TestDatabase } from '../test/support/database.ts'
import { replaceFeed } from './agenda/feeds.ts'
import { composeCity } from './compose.ts'
import { readHealth } from './health.ts'
import { MovableClock } from './kernel/clock.ts'
import { createLog } from './kernel/log.ts'
import { secretOf } from './kernel/secret.ts'
import { createApp, ListenError, type Listening, listen } from './server.ts'

const start = Temporal.Instant.from('2027-05-10T00:00:00Z')
const clock = new MovableClock(start)
const log = createLog('silent')
let db: TestDatabase
let http: Listening
let uptimeMs = 0
let hang: () => void = () => {}

beforeAll(async () => {
  db = await freshDatabase()
  const secret = secretOf(Buffer.alloc(32, 1))
  const city = composeCity({ db, clock, zone: 'Asia/Tokyo', secret, log, features: [] })
  const routes = express.Router()
  routes.get('/breaks', () => {
    throw new Error('山田 花子')
  })
  routes.post('/small', express.json({ limit: 100 }), (_, response) => {
    response.send('taken')
  })
  routes.get('/slow', (_, response) => {
    hang = () => response.send('done')
  })
  const health = () => readHealth({ db, clock, uptimeMs: () => uptimeMs })
  http = await listen('127.0.0.1', 0)
  http.serve(createApp({ city, health, log, routes: [routes] }))
})
afterAll(async () => {
  await http.close(0)
  await db.drop()
})
const get = (path: string, init?: RequestInit) => fetch(`${http.url}${path}`, init)

describe('GET /healthz', () => {
  test('is well while it has only just started, and silent when nobody looks for work for long', async () => {
    const young = await get('/healthz')
    expect(young.status).toBe(200)
    expect(await young.json()).toEqual({
      status: 'ok',
      database: 'ok',
      oldestOverdueSeconds: 0,
      dispatcherSilent: false,
    })
    uptimeMs = 3_600_000
    const silent = await get('/healthz')
    expect(silent.status).toBe(503)
    expect(await silent.json()).toMatchObject({ status: 'degraded', dispatcherSilent: true })
    uptimeMs = 0
  })

  test('tells of a message that is long overdue', async () => {
    await db.prisma.notice.create({
      data: { key: 'k', kind: 'x', subject: 's', recipientId: 1, dueAt: new Date('2027-05-09T23:00:00Z') },
    })
    const late = await get('/healthz')
    expect(late.status).toBe(503)
    expect(await late.json()).toMatchObject({ oldestOverdueSeconds: 3600 })
    await db.prisma.notice.deleteMany()
  })

  test('does not wait for a database that does not answer', async () => {
    const never = { pool: { query: () => new Promise(() => {}) } } as unknown as TestDatabase
    const gone = { pool: { query: () => Promise.reject(new Error('x')) } } as unknown as TestDatabase
    for (const broken of [never, gone])
      expect(await readHealth({ db: broken, clock, uptimeMs: () => 0, patienceMs: 10 })).toMatchObject({
        status: 'degraded',
        database: 'unreachable',
      })
  })
})

test('GET /metrics speaks Prometheus', async () => {
  const response = await get('/metrics')
  expect(response.headers.get('content-type')).toContain('text/plain')
  const text = await response.text()
  for (const why of ['error', 'dead']) expect(text).toContain(`hagukumi_inbound_dead_total{why="${why}"} 0`)
  expect(text).toContain('process_resident_memory_bytes')
})

test('a calendar is served to whoever knows its secret, and to nobody else', async () => {
  const person = await db.prisma.person.create({ data: { number: '1', name: '山田 花子' } })
  const secret = await replaceFeed(db.prisma, person.id, start)
  const feed = await get(`/feeds/${secret}.ics`)
  expect(feed.status).toBe(200)
  expect(feed.headers.get('content-type')).toContain('text/calendar')
  expect(await feed.text()).toContain('BEGIN:VCALENDAR')
  expect((await get('/feeds/none.ics')).status).toBe(404)
})

describe('whatever is asked', () => {
  test.each(['/', '/nothing', '/healthz', '/breaks', '/%zz'])(
    '%s is answered with guarding headers',
    async (path) => {
      const { headers } = await get(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-powered-by')).toBeNull()
    },
  )

  test('a fault shows nothing of itself', async () => {
    const response = await get('/breaks')
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('Internal error\n')
  })

  test('a body over its limit and a body that is not what it says are turned away', async () => {
    const post = (body: string) =>
      get('/small', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect((await post('{}')).status).toBe(200)
    expect((await post(JSON.stringify('x'.repeat(200)))).status).toBe(413)
    expect((await post('{')).status).toBe(400)
  })
})

describe('listening', () => {
  test('on a taken port says so in both languages', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const taken = listen('127.0.0.1', port)
    await expect(taken).rejects.toThrow(ListenError)
    await expect(taken).rejects.toThrow(new RegExp(`ポート ${port}[\\s\\S]*Port ${port}`))
    other.close()
  })

  test('asks for patience until there is something to serve', async () => {
    const own = await listen('127.0.0.1', 0)
    const early = await fetch(own.url)
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5'])
    await own.close()
  })

  test('on a foreign address says so', async () => {
    await expect(listen('192.0.2.1', 0)).rejects.toThrow(/HOST/)
  })

  test('ends after the requests under way', async () => {
    const own = await listen('127.0.0.1', 0)
    own.serve(
      express().get('/slow', (_, response) => {
        hang = () => response.send('done')
      }),
    )
    const answer = fetch(`${own.url}/slow`)
    await vi.waitFor(() => expect(String(hang)).toContain('done'))
    const closed = own.close()
    hang()
    expect(await (await answer).text()).toBe('done')
    await closed
    await expect(fetch(own.url)).rejects.toThrow()
  })

  test('does not wait for a stream of events that never ends', async () => {
    const own = await listen('127.0.0.1', 0)
    own.serve(
      express().get('/stream', (_, response) => {
        response.set('content-type', 'text/event-stream').flushHeaders()
      }),
    )
    const stream = await fetch(`${own.url}/stream`)
    const ended = stream.text().catch(() => 'cut')
    // Longer than this test lasts: whoever waits for it ends too late.
    await own.close(600_000)
    expect(await ended).toBe('cut')
  })
})
