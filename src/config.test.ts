import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, callersFolder, environmentExample, folderOf, readConfig, variables } from './config.ts'

test('.env.example says what config.ts says (write it anew with environmentExample)', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(environmentExample())
})

test('every example is a setting that is taken, and equal to the default', () => {
  const examples = Object.fromEntries(Object.entries(variables).map(([name, { example }]) => [name, example]))
  expect(readConfig(examples)).toEqual(readConfig({}))
})

describe('settings', () => {
  test('have defaults that run on this computer alone, without a server or a token', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      zone: 'Asia/Tokyo',
      production: false,
      databaseUrl: undefined,
    })
  })

  test('that make no sense are all named at once, and secrets are not quoted', () => {
    const wrong = {
      PORT: '99999',
      DATABASE_URL: 'mysql://secret',
      HAGUKUMI_KEY: 'abc',
      HAGUKUMI_ZONE: 'Mars/Base',
    }
    const read = () => readConfig(wrong)
    expect(read).toThrow(ConfigError)
    for (const name of Object.keys(wrong)) expect(read).toThrow(name)
    expect(read).not.toThrow(/secret|abc/)
  })

  test('an empty value is none at all, and an address loses its last slash', () => {
    expect(readConfig({ PORT: '', PUBLIC_URL: 'https://h.example.lg.jp/' })).toMatchObject({
      port: 3000,
      publicUrl: 'https://h.example.lg.jp',
    })
  })
})

test('the demo city lives apart from the real one', () => {
  expect(folderOf({ dataFolder: '/srv/h', production: true })).toBe(path.resolve('/srv/h'))
  expect(folderOf({ dataFolder: '/srv/h', production: false })).toBe(path.resolve('/srv/h/demo'))
})

test('paths count from where the command was typed, not from where npm runs it', () => {
  expect(callersFolder({ INIT_CWD: '/home/x' }, '/app')).toBe('/home/x')
  expect(callersFolder({}, '/app')).toBe('/app')
})

describe('Teams', () => {
  const id = '11111111-2222-3333-4444-555555555555'
  const whole = { TEAMS_CLIENT_ID: id, TEAMS_CLIENT_SECRET: 's3cret', TEAMS_TENANT_ID: id }

  test('is used with all three of its values', () => {
    expect(readConfig(whole)).toMatchObject({ production: true, teams: { clientId: id, tenantId: id } })
    for (const name of Object.keys(whole))
      expect(() => readConfig({ ...whole, [name]: '' }), name).toThrow(name)
  })

  test('takes no id that is none, and quotes no secret', () => {
    const read = () => readConfig({ ...whole, TEAMS_TENANT_ID: 'common' })
    expect(read).toThrow('TEAMS_TENANT_ID')
    expect(read).not.toThrow(/s3cret/)
  })

  test('has a stand-in on this computer alone', () => {
    const standIn = (url: string) => readConfig({ ...whole, TEAMS_STAND_IN_URL: url })
    expect(standIn('http://127.0.0.1:4000/').teams?.standIn).toBe('http://127.0.0.1:4000/')
    for (const url of ['https://evil.example/', 'http://10.0.0.1/', 'http://localhost.evil.example/'])
      expect(() => standIn(url), url).toThrow('TEAMS_STAND_IN_URL')
  })
})

describe('e-mail', () => {
  const from = '職員課 <hagukumi@city.example.jp>'
  const of = (env: Record<string, string>) => readConfig(env).mail

  test('is a server and a sender, and a password never goes without TLS', () => {
    expect(of({ SMTP_URL: 'smtp://mail.city.example.jp', MAIL_FROM: from })).toEqual({
      server: { host: 'mail.city.example.jp', port: 587, secure: false },
      tls: 'offered',
      from: { name: '職員課', address: 'hagukumi@city.example.jp' },
    })
    expect(
      of({ SMTP_URL: 'smtp://u:p%40ss@mail.city.example.jp:25', MAIL_FROM: 'a@city.example.jp' }),
    ).toEqual({
      server: {
        host: 'mail.city.example.jp',
        port: 25,
        secure: false,
        auth: { user: 'u', pass: 'p@ss' },
      },
      tls: 'required',
      from: { address: 'a@city.example.jp' },
    })
    expect(of({ SMTP_URL: 'smtps://mail.city.example.jp', MAIL_FROM: from })?.server).toMatchObject({
      port: 465,
      secure: true,
    })
    expect(of({})).toBeUndefined()
  })

  test.each<[Record<string, string>, string]>([
    [{ SMTP_URL: 'smtp://mail.city.example.jp' }, 'MAIL_FROM'],
    [{ MAIL_FROM: from }, 'SMTP_URL'],
    [{ SMTP_URL: 'https://mail.city.example.jp', MAIL_FROM: from }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://user@mail.city.example.jp', MAIL_FROM: from }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://m.example.jp', MAIL_FROM: 'x' }, 'MAIL_FROM'],
    [{ SMTP_URL: 'smtp://m.example.jp', MAIL_FROM: 'a@b.jp\r\nBcc: c@d.jp' }, 'MAIL_FROM'],
    [{ SMTP_URL: 'smtp://m.example.jp', MAIL_FROM: 'a@b.jp, c@d.jp' }, 'MAIL_FROM'],
    [{ SMTP_URL: 'smtp://u:secret@m.example.jp', SMTP_TLS: 'off', MAIL_FROM: from }, 'SMTP_TLS'],
    [{ HAGUKUMI_CALENDAR_HOSTS: 'http://x/' }, 'HAGUKUMI_CALENDAR_HOSTS'],
  ])('that makes no sense is named: %j', (env, name) => {
    const read = () => readConfig(env)
    expect(read).toThrow(name)
    expect(read).not.toThrow('secret')
  })
})
