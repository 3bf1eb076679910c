// node-postgres warns only once a process of questions asked side by side (src/db/in-turn.ts). Files share a process, so
// whichever is the first to be warned fails, not only the test that looks for it.
const asNode = process.emitWarning

function refuseWarning(...args: Parameters<typeof asNode>) {
  if (/already executing a query/.test(String(args[0]))) throw new Error(`A test was warned: ${args[0]}`)
  asNode.apply(process, args)
}

if (asNode.name !== refuseWarning.name) process.emitWarning = refuseWarning as typeof asNode
