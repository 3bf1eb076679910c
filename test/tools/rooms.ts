// Runs dependency-cruiser over src/ and refuses a silent success: without a parser that reads TypeScript it sees
// no module at all and passes.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const cruise = (...args: string[]) =>
  spawnSync('node_modules/.bin/depcruise', ['src', '--config', '.dependency-cruiser.cjs', ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })

const { stdout } = cruise('--output-type', 'json')
const seen = (JSON.parse(stdout) as { modules: { source: string }[] }).modules.filter((module) =>
  /^src\/.*\.ts$/.test(module.source),
).length
const expected = globSync('src/**/*.ts').filter(
  (file) => !file.endsWith('.test.ts') && !file.startsWith('src/db/generated'),
).length
if (seen < expected) {
  process.stderr.write(`dependency-cruiser read ${seen} modules where src/ holds ${expected}\n`)
  process.exit(1)
}
const report = cruise('--output-type', 'err-long')
process.stdout.write(report.stdout)
process.exit(report.status ?? 1)
