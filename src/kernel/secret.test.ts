import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSecret, SealError, SecretError, secretOf } from './secret.ts'

const key = (fill: number) => Buffer.alloc(32, fill)

describe('sealing', () => {
  test('what is sealed opens again, for any bytes and any label', () => {
    const secret = secretOf(key(1))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, label) => {
        expect(secret.open(secret.seal(bytes, label), label)).toEqual(Buffer.from(bytes))
      }),
    )
  })

  test('a single changed bit, another label or another key opens nothing', () => {
    const secret = secretOf(key(1))
    const sealed = secret.seal(Buffer.from('議会後に設定'), 'one')
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => secret.open(changed, 'one')).toThrow(SealError)
      }),
    )
    expect(() => secret.open(sealed, 'two')).toThrow(SealError)
    expect(() => secretOf(key(2)).open(sealed, 'one')).toThrow('other key')
    expect(() => secret.open(Buffer.from('x'), 'one')).toThrow(SealError)
    expect(sealed.includes(Buffer.from('議会'))).toBe(false)
  })

  test('a mark is the same for the same text and key, and different otherwise', () => {
    expect(secretOf(key(1)).mark('a')).toBe(secretOf(key(1)).mark('a'))
    expect(secretOf(key(1)).mark('a')).not.toBe(secretOf(key(1)).mark('b'))
    expect(secretOf(key(1)).mark('a')).not.toBe(secretOf(key(2)).mark('a'))
  })
})

describe('the key file', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'hagukumi-key-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  test('is made once, for its owner alone, and found again', () => {
    const inside = path.join(dir, 'data')
    const first = loadSecret(inside)
    expect(readdirSync(inside)).toEqual(['key'])
    expect(statSync(path.join(inside, 'key')).mode & 0o777).toBe(0o600)
    expect(statSync(inside).mode & 0o777).toBe(0o700)
    expect(loadSecret(inside).mark('x')).toBe(first.mark('x'))
  })

  test('is closed to others again when a copy left it open', () => {
    loadSecret(dir)
    chmodSync(path.join(dir, 'key'), 0o644)
    loadSecret(dir)
    expect(statSync(path.join(dir, 'key')).mode & 0o777).toBe(0o600)
  })

  test('is not needed where the key is given, and says what to do when it is damaged', () => {
    const given = loadSecret(dir, key(7).toString('base64'))
    expect(given.mark('x')).toBe(secretOf(key(7)).mark('x'))
    expect(readdirSync(dir)).toEqual([])
    writeFileSync(path.join(dir, 'key'), 'short')
    expect(() => loadSecret(dir)).toThrow(SecretError)
  })
})
