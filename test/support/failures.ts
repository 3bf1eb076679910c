// Says last, and plainly, what failed: a log of a thousand lines is searched by nobody. Where TEST_FAILURES names a file
// it is written there too, so that a script of several runs can say it at its own end (.ci/run).
import { appendFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

const firstLine = (error: { message?: string } | undefined) => error?.message?.split('\n')[0] ?? 'no message'

export default class Failures implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const lines = modules.flatMap((module) => {
      const file = module.relativeModuleId
      const broken = [module, ...module.children.allSuites()].flatMap((part) =>
        part
          .errors()
          .map((error) => [part.type === 'suite' ? part.fullName : 'the file itself', error] as const),
      )
      const failed = [...module.children.allTests('failed')].map(
        (test) => [test.fullName, test.result().errors?.[0]] as const,
      )
      return [...broken, ...failed].map(([name, error]) => `${file} > ${name}\n    ${firstLine(error)}`)
    })
    lines.push(...unhandled.map((error) => `outside any test\n    ${firstLine(error)}`))
    if (lines.length === 0) return
    const { TEST_FAILURES: file, TZ = '', TEST_DATABASE_URL } = process.env
    const where = `${TEST_DATABASE_URL ? 'PostgreSQL' : 'embedded database'}${TZ && `, ${TZ}`}`
    const said = `FAILED (${where}):\n${lines.map((line) => `  ${line}\n`).join('')}`
    process.stdout.write(`\n${said}`)
    if (file) appendFileSync(file, said)
  }
}
