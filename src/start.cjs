// The door of npm start and npm run hagukumi, readable by any Node: an old one cannot even read TypeScript.
'use strict'

require('./node-version.cjs')

// A restart need not read and compile the same hundreds of files again. Where the folder cannot be written it does.
var modules = require('node:module')
var path = require('node:path')
if (modules.enableCompileCache)
  modules.enableCompileCache(path.join(__dirname, '..', 'node_modules', '.cache', 'hagukumi'))

var missing = false
var isCommand = process.argv[2] === 'cli'
if (isCommand) process.argv.splice(2, 1)

try {
  require(isCommand ? './cli.ts' : './main.ts')
} catch (error) {
  missing = Boolean(error) && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')
  if (!missing) throw error
  process.stderr.write(
    '必要な部品がそろっていません。はぐくみのフォルダーで npm ci を実行してから、もう一度お試しください。\n' +
      'Parts are missing. Run npm ci in the folder of Hagukumi and try again.\n' +
      '(' +
      String(error.message).split('\n')[0] +
      ')\n',
  )
  process.exit(1)
}
