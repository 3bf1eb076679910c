// Says plainly what to do when an older Node runs the program. Old syntax on purpose: any Node must be able to read it.
'use strict'

var needed = 26
var major = Number(process.versions.node.split('.')[0])

if (!(major >= needed)) {
  process.stderr.write(
    'はぐくみは Node.js ' +
      needed +
      ' で動きます。いまの Node.js は ' +
      process.versions.node +
      ' です。\n' +
      'はぐくみのフォルダーで npm ci を実行してから、npm start で起動してください（必要な Node.js は npm ci が入れます）。\n' +
      'Hagukumi needs Node.js ' +
      needed +
      '; this is ' +
      process.versions.node +
      '.\n' +
      'In the folder of Hagukumi run npm ci, then npm start: npm ci brings the right Node.js along.\n',
  )
  process.exit(1)
}
