// Ordinary names, each as kanji, kana and the Latin letters of an e-mail address. 髙 and 﨑 are there on purpose: they
// are everyday characters of CP932 outside JIS X 0208, and a list must keep them as they are.

export type SampleName = readonly [kanji: string, kana: string, latin: string]

const read = (text: string): readonly SampleName[] =>
  text
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [kanji = '', kana = '', latin = ''] = entry.split('/')
      return [kanji, kana, latin]
    })

export const families = read(`
佐藤/サトウ/sato 鈴木/スズキ/suzuki 髙橋/タカハシ/takahashi 田中/タナカ/tanaka 伊藤/イトウ/ito 渡辺/ワタナベ/watanabe
山本/ヤマモト/yamamoto 中村/ナカムラ/nakamura 小林/コバヤシ/kobayashi 加藤/カトウ/kato 吉田/ヨシダ/yoshida 山田/ヤマダ/yamada
佐々木/ササキ/sasaki 山口/ヤマグチ/yamaguchi 松本/マツモト/matsumoto 井上/イノウエ/inoue 木村/キムラ/kimura 林/ハヤシ/hayashi
斎藤/サイトウ/saito 清水/シミズ/shimizu 山﨑/ヤマザキ/yamazaki 森/モリ/mori 池田/イケダ/ikeda 橋本/ハシモト/hashimoto
阿部/アベ/abe 石川/イシカワ/ishikawa 山下/ヤマシタ/yamashita 中島/ナカジマ/nakajima 石井/イシイ/ishii 小川/オガワ/ogawa
前田/マエダ/maeda 岡田/オカダ/okada 長谷川/ハセガワ/hasegawa 藤田/フジタ/fujita 後藤/ゴトウ/goto 近藤/コンドウ/kondo
村上/ムラカミ/murakami 遠藤/エンドウ/endo 青木/アオキ/aoki 坂本/サカモト/sakamoto 福田/フクダ/fukuda 太田/オオタ/ota
西村/ニシムラ/nishimura 藤井/フジイ/fujii 金子/カネコ/kaneko 岡本/オカモト/okamoto 藤原/フジワラ/fujiwara 三浦/ミウラ/miura
中野/ナカノ/nakano 中川/ナカガワ/nakagawa 原田/ハラダ/harada 松田/マツダ/matsuda 竹内/タケウチ/takeuchi 小野/オノ/ono
田村/タムラ/tamura 中山/ナカヤマ/nakayama 和田/ワダ/wada 石田/イシダ/ishida 森田/モリタ/morita 上田/ウエダ/ueda
原/ハラ/hara 内田/ウチダ/uchida 柴田/シバタ/shibata 酒井/サカイ/sakai 宮崎/ミヤザキ/miyazaki 横山/ヨコヤマ/yokoyama
高木/タカギ/takagi 安藤/アンドウ/ando 宮本/ミヤモト/miyamoto 大野/オオノ/ohno 小島/コジマ/kojima 谷口/タニグチ/taniguchi
`)

export const givens = read(`
翔太/ショウタ/s 健一/ケンイチ/k 大輔/ダイスケ/d 拓也/タクヤ/t 直樹/ナオキ/n 達也/タツヤ/t 和也/カズヤ/k 誠/マコト/m
浩/ヒロシ/h 隆/タカシ/t 亮/リョウ/r 悠斗/ユウト/y 蓮/レン/r 翼/ツバサ/t 修平/シュウヘイ/s 雄大/ユウダイ/y
正人/マサト/m 康弘/ヤスヒロ/y 英明/ヒデアキ/h 光/ヒカル/h 剛/ツヨシ/t 俊介/シュンスケ/s 涼/リョウ/r 一郎/イチロウ/i
花子/ハナコ/h 美咲/ミサキ/m 陽子/ヨウコ/y 恵/メグミ/m 裕子/ユウコ/y 真由美/マユミ/m 久美子/クミコ/k 愛/アイ/a
彩/アヤ/a 結衣/ユイ/y 葵/アオイ/a 七海/ナナミ/n 千尋/チヒロ/c 香織/カオリ/k 由美/ユミ/y 智子/トモコ/t
麻衣/マイ/m 沙織/サオリ/s 直美/ナオミ/n 京子/キョウコ/k 幸子/サチコ/s 奈々/ナナ/n 桃子/モモコ/m 遥/ハルカ/h
`)
