// Properties are tried with the same numbers each time, so that a suite that passes here passes anywhere; other numbers
// are tried on purpose: FC_SEED=random, or the seed that a failure printed.
import fc from 'fast-check'

const { FC_SEED: seed = '20270401' } = process.env
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })

// node-postgres warns only once a process of questions asked side by side (src/db/in-turn.ts). Files share a process, so
// whichever is the first to be warned fails, not only the test that looks for it.
const asNode = process.emitWarning

function refuseWarning(...args: Parameters<typeof asNode>) {
  if (/already executing a query/.test(String(args[0]))) throw new Error(`A test was warned: ${args[0]}`)
  asNode.apply(process, args)
}

if (asNode.name !== refuseWarning.name) process.emitWarning = refuseWarning as typeof asNode
