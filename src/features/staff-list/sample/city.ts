// A city hall's departments, most usual first; a larger city has more of each.
export interface SampleDepartment {
  readonly name: string
  readonly sections: readonly string[]
}

const nurseries =
  'ひまわり さくら すみれ たんぽぽ つくし もみじ あおば みどり わかば こばと のぞみ ひかり はなの木 しらゆり なかよし やまびこ'
    .split(' ')
    .map((name) => `${name}保育園`)
const districts = '東 西 南 北 中央 本町 川辺 山手 浜 緑が丘 旭 大和'.split(' ')

export const departments: readonly SampleDepartment[] = [
  {
    name: '総務部',
    sections: [
      '総務課',
      '職員課',
      '税務課',
      '財政課',
      '管財課',
      '契約検査課',
      '情報政策課',
      '秘書広報課',
      '収納課',
      '危機管理課',
      '企画政策課',
      '行政経営課',
    ],
  },
  {
    name: '健康福祉部',
    sections: [
      '福祉課',
      'こども課',
      '健康推進課',
      '高齢介護課',
      '障がい福祉課',
      '生活支援課',
      '保育課',
      ...nurseries,
    ],
  },
  {
    name: '市民部',
    sections: [
      '市民課',
      '環境課',
      '保険年金課',
      '市民協働課',
      '人権推進課',
      ...districts.map((name) => `${name}支所`),
    ],
  },
  {
    name: '建設部',
    sections: [
      '建設課',
      '都市計画課',
      '上下水道課',
      '建築住宅課',
      '公園緑地課',
      '用地課',
      '土木管理課',
      '下水道課',
      '浄水場',
      '道路維持課',
    ],
  },
  {
    name: '産業部',
    sections: [
      '産業振興課',
      '農林課',
      '観光課',
      '商工課',
      '耕地課',
      'ふるさと交流課',
      '農業委員会事務局',
      '卸売市場',
    ],
  },
  {
    name: '教育部',
    sections: [
      '学校教育課',
      '生涯学習課',
      '文化財課',
      'スポーツ推進課',
      '図書館',
      '学校給食センター',
      '教育総務課',
      '指導課',
      ...districts.map((name) => `${name}公民館`),
    ],
  },
  {
    name: '消防本部',
    sections: [
      '消防総務課',
      '警防課',
      '予防課',
      '通信指令課',
      ...districts.slice(0, 8).map((name) => `${name}消防署`),
    ],
  },
]
