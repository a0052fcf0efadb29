import { factLines } from '../../src/cli/facts.ts'
import { parseItems } from '../../src/cli/import-items.ts'
import { cutTo, harmless, toJson, widthOf, wrap } from '../../src/cli/printable.ts'
import { createTable } from '../../src/cli/table.ts'
import { t } from '../support/parts.ts'

const EVIL = 'a\u001b[31mb\u009b2Jc\r\nd\u202ee\u0007\u{e0041}\ud800f'

t.test('what would act on a terminal is shown by its number', async (t) => {
  const shown = harmless(EVIL)
  t.equal(shown, 'a\\u{1b}[31mb\\u{9b}2Jc\\u{d}\\u{a}d\\u{202e}e\\u{7}\\u{e0041}\\u{d800}f')
  t.equal(harmless('Zoë Çelik, Łódź 北京'), 'Zoë Çelik, Łódź 北京')
  const json = toJson({ EVIL })
  t.notMatch(json, /[^\x20-\x7e]/, 'nor does JSON')
  t.equal(JSON.parse(json).EVIL, EVIL, 'which stays the same JSON')
})

t.test('widths, cuts and breaks', async (t) => {
  t.equal(widthOf('Zoe\u0308'), 3)
  t.equal(cutTo('Zoe\u0308tje', 4), 'Zoe\u0308…')
  t.equal(cutTo('abcd', 4), 'abcd')
  t.strictSame(wrap('one two three', 7), ['one two', 'three'])
  t.strictSame(wrap('averyverylongword on', 7), ['averyverylongword', 'on'])
  const facts = factLines(
    [
      ['name', 'one two three four five six seven'],
      ['none', null],
    ],
    {
      columns: 36,
      colour: false,
    },
  )
  t.strictSame(facts, ['name  one two three four five six', '      seven'])
})

const COLUMNS = [
  { title: 'ID', of: (row: readonly string[]) => row[0] ?? '' },
  { title: 'NAME', of: (row: readonly string[]) => row[1] ?? '', flexible: true },
  { title: 'N', of: (row: readonly string[]) => row[2] ?? '', right: true, leaveOut: 1 },
]

t.test('a table is aligned, grows by pages, and fits the terminal', async (t) => {
  const free = createTable(COLUMNS, { columns: null, colour: false })
  t.strictSame(free.lines([['1', 'a\u001bb', '5']]), ['ID  NAME      N', '1   a\\u{1b}b  5'])
  t.strictSame(free.lines([['2', 'a much longer name', '12']]), ['2   a much longer name  12'])
  const rows = [['12345678', 'a much longer name', '12']]
  const cut = createTable(COLUMNS, { columns: 25, colour: false })
  t.strictSame(cut.lines(rows), ['ID        NAME          N', '12345678  a much lon…  12'])
  t.strictSame(cut.leftOut(), [])
  const narrow = createTable(COLUMNS, { columns: 18, colour: true })
  t.strictSame(narrow.lines(rows).at(-1), '12345678  a much …')
  t.match(narrow.lines(rows)[0], '12345678')
  t.strictSame(narrow.leftOut(), ['N'])
})

t.test(
  'what is imported may be one object, an array, or one a line; what it is not tells none of it',
  async (t) => {
    t.strictSame(parseItems('{"a":1}'), [{ a: 1 }])
    t.strictSame(parseItems('[{"a":1},{"b":2}]'), [{ a: 1 }, { b: 2 }])
    t.strictSame(parseItems('{"a":1}\n\r\n{"b":2}\r\n'), [{ a: 1 }, { b: 2 }])
    t.throws(() => parseItems('{"a":1}\nsecret-token'), {
      message: /^It is neither JSON .* line 2 JSON by itself\.$/,
    })
    t.throws(() => parseItems('["secret-token"]'), { message: 'Item 1 is no JSON object.' })
    t.throws(() => parseItems('{"a":1}\n[{}]'), { message: 'Item 2 is no JSON object.' })
  },
)
