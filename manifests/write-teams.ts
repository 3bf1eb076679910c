// npm run manifest:teams: writes the packages that are uploaded to Teams into the folder where it was typed.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError, callersFolder, loadEnvironmentFile, readConfig } from '../src/config.ts'
import { teamsPackage, type Version } from './teams-package.ts'
import { storeZip } from './zip.ts'

const usage = `使い方 / Usage:
  npm run manifest:teams -- --site https://www.city.example.lg.jp [--privacy URL] [--terms URL] [--graph]
  .env の TEAMS_CLIENT_ID を使います。URL は市の公開ページ（https）です。
  --graph：アプリのない職員に Microsoft Graph でアプリを入れる市だけ（README の Teams の節）。
  Uses TEAMS_CLIENT_ID of .env. The addresses are the city's public pages (https).
  --graph: only where the app is put with people through Microsoft Graph (README, Teams).
`

function main(): number {
  const { values } = parseArgs({
    options: {
      site: { type: 'string' },
      privacy: { type: 'string' },
      terms: { type: 'string' },
      graph: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  loadEnvironmentFile()
  const { teams, publicUrl } = readConfig()
  const site = values.site ?? publicUrl
  const pages = [site, values.privacy ?? site, values.terms ?? site]
  const [first, privacy, terms] = pages
  if (!teams || !first || !privacy || !terms || !pages.every((each) => each?.startsWith('https://'))) {
    process.stderr.write(usage)
    return 1
  }
  const installs = values.graph ?? teams.catalogId !== undefined
  const filled = { clientId: teams.clientId, site: first, privacy, terms, installs }
  for (const version of ['1.29', '1.28'] satisfies Version[]) {
    const file = path.join(callersFolder(), `hagukumi-teams-${version}.zip`)
    writeFileSync(file, storeZip(teamsPackage(filled, version)))
    process.stdout.write(`${file}\n`)
  }
  return 0
}

try {
  process.exitCode = main()
} catch (error) {
  const plain =
    error instanceof ConfigError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  if (!plain) throw error
  process.stderr.write(`${(error as Error).message}\n${usage}`)
  process.exitCode = 1
}
