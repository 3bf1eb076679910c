import { readFile } from 'node:fs/promises'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { Router } from 'express'

const FOLDER = path.join(import.meta.dirname, 'page')
const require = createRequire(import.meta.url)

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
}

/** Its own scripts and nobody else's; styles also inline, as the card renderer writes them. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/**
 * The page's own files. There is no build step: Node takes the types out of each TypeScript module as it is asked
 * for, as it does for the server itself.
 */
export function pageFiles(): Router {
  const router = Router()
  router.get('/', (_, response) => {
    response.set('content-security-policy', POLICY)
    response.type(types['.html'] ?? '').sendFile(path.join(FOLDER, 'index.html'))
  })
  router.get('/page/adaptivecards.js', (_, response) => {
    response.sendFile(require.resolve('adaptivecards/dist/adaptivecards.min.js'))
  })
  router.get('/page/:file', async (request, response) => {
    const { file } = request.params
    const type = types[path.extname(file)]
    if (!type || !/^[a-z-]+\.(ts|css)$/.test(file)) {
      response.status(404).end()
      return
    }
    const source = await readFile(path.join(FOLDER, file), 'utf8').catch(() => undefined)
    if (source === undefined) response.status(404).end()
    else response.type(type).send(file.endsWith('.ts') ? stripTypeScriptTypes(source) : source)
  })
  return router
}
