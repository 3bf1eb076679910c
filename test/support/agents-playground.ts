// Microsoft's own local client (development only): its start, a proxy that signs what it sends as Teams would, and a
// headless Chromium in front of it. Its connector listens on all interfaces while a test runs; it knows one person.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import express from 'express'
import { chromium, type Page } from 'playwright-core'
import { listen } from '../../src/server.ts'
import { CLIENT, TENANT } from '../teams-stand-in/index.ts'
import type { Signer } from '../teams-stand-in/tokens.ts'

const browser = process.env.CHROMIUM || '/usr/bin/chromium'
const client = path.resolve('node_modules/@microsoft/m365agentsplayground/cli.js')

/** Why it is left out: it is never run under CI, and needs its package and a Chromium. */
export const withoutAgentsPlayground = Boolean(process.env.CI) || !existsSync(browser) || !existsSync(client)
if (withoutAgentsPlayground)
  process.stderr.write(
    '\n*** Microsoft の Agents Playground での確認を飛ばしました（CI では行いません。Chromium と @microsoft/m365agentsplayground が必要です）。' +
      '\n*** The journey in Microsoft’s Agents Playground was left out: not under CI, and it needs Chromium and its package.\n\n',
  )

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
]

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return typeof address === 'object' && address ? address.port : 0
}

/** The one person at it, and four more whom it insists on. */
const settings = (email: string) => {
  const person = (number: number, name: string, mail: string) => ({
    id: `user-id-${number}`,
    name,
    userPrincipleName: mail,
    aadObjectId: `aaaaaaaa-0000-0000-0000-0000000000${20 + number}`,
    givenName: name,
    surname: name,
    email: mail,
  })
  return {
    version: '0.1.1',
    tenantId: TENANT,
    bot: { id: `28:${CLIENT}`, name: 'はぐくみ' },
    currentUser: person(0, '佐藤 一郎', email),
    users: [1, 2, 3, 4, 5].map((number) => person(number, `職員 ${number}`, `user${number}@city.example.jp`)),
    personalChat: { id: 'a:personal-sato' },
    groupChat: { id: '19:group-1@thread.v2', name: '課' },
    team: {
      id: '19:team-1@thread.tacv2',
      name: '総務部',
      aadGroupId: 'aaaaaaaa-0000-0000-0000-000000000031',
      channels: [{ id: '19:ch-1@thread.tacv2', name: 'お知らせ' }],
    },
  }
}

export interface AgentsPlayground {
  readonly page: Page
  say(text: string): Promise<void>
  /** Keeps a picture where SHOTS names a folder. */
  shot(name: string): Promise<void>
  /** What the client sent and was answered: name, status, body. */
  readonly sent: readonly { readonly name: string; readonly status: number; readonly body: string }[]
  stop(): Promise<void>
}

/** `target`: where the bot listens. */
export async function startAgentsPlayground(
  target: string,
  email: string,
  signer: Signer,
): Promise<AgentsPlayground> {
  const sent: { name: string; status: number; body: string }[] = []
  const proxy = express()
  proxy.post('/api/messages', express.json({ limit: '1mb' }), async (request, response) => {
    const activity = request.body as { type: string; name?: string; serviceUrl?: string }
    const answer = await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${signer.token(activity.serviceUrl ?? '')}`,
      },
      body: JSON.stringify(activity),
    })
    const body = await answer.text()
    sent.push({ name: activity.name ?? activity.type, status: answer.status, body })
    response.status(answer.status)
    if (body === '') response.end()
    else response.type('application/json').send(body)
  })
  const front = await listen('127.0.0.1', 0)
  front.serve(proxy)

  const folder = mkdtempSync(path.join(tmpdir(), 'agents-playground-'))
  // JSON is YAML as well.
  writeFileSync(path.join(folder, '.m365agentsplayground.yml'), JSON.stringify(settings(email)))
  const port = await freePort()
  const child: ChildProcess = spawn(
    process.execPath,
    [client, 'start', '-e', `${front.url}/api/messages`, '-c', 'msteams', '-p', String(port), '--dt'],
    { cwd: folder, env: { ...process.env, HOME: folder, BROWSER: 'none' }, stdio: 'ignore' },
  )
  const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
    executablePath: browser,
    args: flags,
    viewport: { width: 1200, height: 950 },
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
  })
  const page = context.pages()[0] ?? (await context.newPage())
  const stop = async () => {
    await context.close()
    const ended = new Promise((resolve) => {
      child.once('exit', resolve)
    })
    if (child.exitCode === null && child.kill('SIGTERM')) await ended
    await front.close(1_000)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const began = Date.now()
    for (;;) {
      const there = await page.goto(`http://localhost:${port}/`).then(
        () => true,
        () => false,
      )
      if (there) break
      if (Date.now() - began > 40_000) throw new Error('the Agents Playground did not start')
      await new Promise((resolve) => {
        setTimeout(resolve, 500)
      })
    }
    await page.getByRole('button', { name: 'Send Message' }).waitFor({ timeout: 30_000 })
    await page.waitForTimeout(2_500)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    page,
    sent,
    async say(text) {
      await page.locator('div[role=textbox]').last().click()
      await page.keyboard.insertText(text)
      await page.getByRole('button', { name: 'Send Message' }).click()
    },
    async shot(name) {
      const shots = process.env.SHOTS
      if (!shots) return
      mkdirSync(shots, { recursive: true })
      await page.waitForTimeout(800)
      await page.screenshot({ path: path.join(shots, `${name}.png`) })
    },
    stop,
  }
}
