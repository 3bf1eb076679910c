// A headless Chromium that reaches this machine and nothing else.
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'
const there = existsSync(executablePath)

/**
 * Where there is no Chromium a journey is left out with a loud line, so that `npm test` works on any machine; under CI
 * it fails instead.
 */
export const withoutBrowser = !there && !process.env.CI
if (withoutBrowser)
  process.stderr.write(
    `\n*** 画面の確認（test/journeys）を飛ばしました：${executablePath} がありません。環境変数 CHROMIUM で場所を指定できます。` +
      `\n*** The journeys (test/journeys) were left out: there is no ${executablePath}. Name yours in CHROMIUM.\n\n`,
  )

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
]

export interface Window {
  readonly page: Page
  /** What the page complained about: uncaught errors, failed requests, errors on its console. Has to stay empty. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** A browser of its own with a fresh profile: two of them share nothing. */
export async function openWindow(url: string, language: 'ja' | 'en' = 'ja'): Promise<Window> {
  const locale = language === 'ja' ? 'ja-JP' : 'en-GB'
  const context: BrowserContext = await chromium.launchPersistentContext('', {
    executablePath,
    args: [...args, `--lang=${locale}`],
    // Names of downloads are Japanese.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    viewport: { width: 1280, height: 800 },
    locale,
    acceptDownloads: true,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${new URL(response.url()).pathname}`)
  })
  // Questions such as "Apply?" are answered with yes.
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto(url)
  await page.locator('#who').filter({ hasNotText: '…' }).waitFor()
  return { page, complaints, close: () => context.close() }
}

/** Keeps a picture of the page where SHOTS names a folder, for people to look at. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: path.join(folder, `${name}.png`) })
}
