// Whose title makes them the head of a section (所属長): 課長, 所長, 園長 …, also as 事務取扱.

const acting = /[（(]?(?:事務取扱|心得|代理)[）)]?$/
const headTitle = /(?:[課室部局所館園場署校院市町村]長|センター長|会計管理者|教育長)$/
const noHead = /^(?:副|次)|(?:副|次)[課室部局所館園場署校院]長$|係長$|補佐$/

/** Not a deputy's (副, 次長, 補佐) and not a 係長's; the vice-mayor (副市長) stands above departments. */
export function isHeadTitle(title: string): boolean {
  const plain = title.replace(acting, '').trim()
  return /^副[市町村]長$/.test(plain) || (headTitle.test(plain) && !noHead.test(plain))
}
