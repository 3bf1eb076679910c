import { afterEach, describe, expect, it } from 'vitest'
import { type FakePostgres, fakePostgres } from '../../test/support/fake-postgres.ts'
import { DatabaseProblem } from './errors.ts'
import { openDatabase } from './open.ts'
import { openServer } from './server.ts'

let server: FakePostgres | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const dir = '/nowhere: a server needs no folder'
const opening = async (url: string) => {
  try {
    await openDatabase({ url, dir })
  } catch (error) {
    if (error instanceof DatabaseProblem) {
      expect(`${error.stack}${error.message}`).not.toContain('very-secret')
      expect(error.ja).toMatch(/ください/)
      return error
    }
    throw error
  }
  throw new Error('it opened')
}
const suitable = { version: 150008, shown: '15.8', encoding: 'UTF8', zone: 'UTC' }
const extension = { available: true, installed: false, may: true }
const answering = async (about: Partial<typeof suitable>, has: Partial<typeof extension> = {}) => {
  server = await fakePostgres({
    answers: {
      server_version_num: { ...suitable, ...about },
      pg_available_extensions: { ...extension, ...has },
    },
  })
  return opening(server.url)
}

describe('a server that we cannot live on says what to do', () => {
  it('nobody answers', async () => {
    server = await fakePostgres({})
    const { url } = server
    await server.close()
    server = undefined
    const error = await opening(url)
    expect(error.code).toBe('unreachable')
    expect(error.en).toContain('ECONNREFUSED')
    expect(error.en).toMatch(/127\.0\.0\.1:\d+/)
  })

  it('the address is not one', async () => {
    for (const url of [
      'hagukumi',
      'mysql://city:very-secret@db/x',
      'postgresql://city:very-secret@db:port/x',
    ])
      expect((await opening(url)).en).toContain('postgresql://user:password@host:5432/database')
  })

  it('user or password are wrong', async () => {
    server = await fakePostgres({ refuse: '28P01' })
    const error = await opening(server.url)
    expect(error.code).toBe('refused')
    expect(error.en).toContain('password in DATABASE_URL')
  })

  it('the database does not exist', async () => {
    server = await fakePostgres({ refuse: '3D000' })
    expect((await opening(server.url)).en).toContain('createdb --encoding=UTF8 hagukumi')
  })

  it('it is older than PostgreSQL 15', async () => {
    const error = await answering({ version: 140011, shown: '14.11' })
    expect(error.code).toBe('too-old')
    expect(error.ja).toContain('14.11')
  })

  it('it is not UTF-8, or keeps its own time zone', async () => {
    expect((await answering({ encoding: 'SQL_ASCII' })).en).toContain('SQL_ASCII')
    await server?.close()
    expect((await answering({ zone: 'Asia/Tokyo' })).en).toContain('pooler')
  })

  it('btree_gist is not there, or we may not create it', async () => {
    const missing = await answering({}, { available: false })
    expect(missing.code).toBe('extension')
    expect(missing.en).toContain('postgresql-contrib')
    await server?.close()
    const forbidden = await answering({}, { may: false })
    expect(forbidden.en).toContain("psql -d hagukumi -c 'CREATE EXTENSION btree_gist'")
  })
})

it('a connection that the server ends while somebody holds it tells whoever asks it next, and ends no process', async () => {
  server = await fakePostgres({
    answers: { server_version_num: suitable, pg_available_extensions: extension },
  })
  const { pool, close } = await openServer(server.url, 'hagukumi')
  const held = await pool.connect()
  const ended = new Promise((resolve) => held.once('end', () => resolve('ended')))
  server.cut()
  expect(await ended).toBe('ended')
  await expect(held.query('SELECT 1')).rejects.toThrow()
  held.release(true)
  await close()
})
