// A small town hall as its personnel system exports it: three offices, every evaluator on the list.
import iconv from 'iconv-lite'

export const staff = {
  head: '大塚 修',
  personnel: '村上 恵子',
  officer: '人見 育子',
  clerk: '青木 翔',
  tax: '伊藤 一郎',
  tanaka: '田中 花',
  suzuki: '鈴木 健',
  takahashi: '髙橋 美咲',
  welfare: '加藤 久美',
  sato: '佐藤 三郎',
  yamazaki: '山﨑 葵',
} as const

const rows = `職員番号,氏名,フリガナ,所属コード,所属名,職名,級,採用年月日,メールアドレス,任用区分,上司,一次評価者,二次評価者
001001,${staff.head},オオツカ オサム,010000,総務部,部長,7,H4.4.1,otsuka@city.example.lg.jp,正規,,,
001101,${staff.personnel},ムラカミ ケイコ,010200,職員課,課長,6,平成8年4月1日,murakami@city.example.lg.jp,正規,001001,001001,
900001,${staff.officer},ヒトミ イクコ,010200,職員課,係長,5,2003/4/1,hitomi@city.example.lg.jp,正規,001101,001101,001001
001102,${staff.clerk}　,アオキ ショウ,010200,職員課,主事,２,R2.4.1,aoki@city.example.lg.jp,正規,001101,001101,001001
001201,${staff.tax},イトウ イチロウ,020100,税務課,課長,6,1995-04-01,ito@city.example.lg.jp,正規,001001,001001,
001202,${staff.tanaka},タナカ ハナ,020100,税務課,主任,3,H25.4.1,tanaka@city.example.lg.jp,正規,001201,001201,001001
００１２０３,${staff.suzuki},スズキ ケン,020100,税務課,主事,2,令和3年4月1日,suzuki@city.example.lg.jp,正規,001201,001201,001001
001204,${staff.takahashi},タカハシ ミサキ,020100,税務課,主事補,1,R6.4.1,,正規,001201,001201,001001
001301,${staff.welfare},カトウ クミ,030100,福祉課,課長,6,H10.4.1,kato@city.example.lg.jp,正規,001001,001001,
001302,${staff.sato},サトウ サブロウ,030100,福祉課,主事,2,2019/4/1,sato@city.example.lg.jp,正規,001301,001301,001001
001303,${staff.yamazaki},ヤマザキ アオイ,030100,福祉課,主事,2,R4.4.1,yamazaki@city.example.lg.jp,正規,001301,001301,001001
`

/** The list in CP932, as Japanese personnel systems write it. */
export const townList = (): Buffer => iconv.encode(rows.replaceAll('\n', '\r\n'), 'cp932')
