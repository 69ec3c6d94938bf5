import { expect, test } from 'vitest'

import { paintFor } from '../../../src/surface/cli/paint.ts'
import { tableLines } from '../../../src/surface/cli/table.ts'
import {
  cut,
  humanTimes,
  oneLine,
  plainText,
  widthOf,
  withoutForeignControls,
} from '../../../src/surface/cli/text.ts'

const esc = '\u001b'

test('control sequences of any kind do not reach a terminal', () => {
  expect(plainText(`${esc}[31mred${esc}[0m`)).toBe('red')
  expect(plainText(`${esc}]0;title\u0007a`)).toBe('a')
  expect(plainText(`${esc}]8;;http://x${esc}\\link${esc}]8;;${esc}\\`)).toBe('link')
  expect(plainText('a\u0007b\u0000c\u007fd\u009be')).toMatch(/^abcd/)
  expect(plainText(`${esc}`)).toBe('')
  expect(plainText(`clear${esc}[2J${esc}[H${esc}c`)).not.toContain(esc)
})

test('below every printed line is a net that lets only our own colours through', () => {
  expect(withoutForeignControls(`${esc}[31mred${esc}[39m`)).toBe(`${esc}[31mred${esc}[39m`)
  expect(withoutForeignControls(`a${esc}[2Jb${esc}]0;c\u0007\rd`)).toBe('a[2Jb]0;cd')
})

test('lines and tabs stay, a carriage return hides nothing, and text cannot turn around', () => {
  expect(plainText('a\tb\nc')).toBe('a\tb\nc')
  expect(plainText('harmless\rhidden')).toBe('harmless\nhidden')
  expect(plainText('a\u202eb\u2066c')).toBe('abc')
  expect(oneLine('a\n\tb   c ')).toBe('a b c')
})

test('wide characters count as two columns, marks as none', () => {
  expect(widthOf('abc')).toBe(3)
  expect(widthOf('日本')).toBe(4)
  expect(widthOf('e\u0301')).toBe(1)
  expect(widthOf(`${esc}[1mab${esc}[0m`)).toBe(2)
  expect(cut('日本語のテキスト', 7)).toBe('日本語…')
  expect(cut('abc', 3)).toBe('abc')
})

const style = { columns: 40, head: (text: string) => text }
const rows = [
  { id: 1, title: 'short', note: '' },
  { id: 22, title: 'a title that is much too long for this table, really', note: '' },
]
const columns = [
  { head: 'ID', text: (r: (typeof rows)[0]) => String(r.id), right: true },
  { head: 'TITLE', text: (r: (typeof rows)[0]) => r.title, gives: true },
  { head: 'NOTE', text: (r: (typeof rows)[0]) => r.note },
]

test('a table fits its width, is aligned, and leaves out a column without text', () => {
  const lines = tableLines(rows, columns, style)
  expect(lines).toEqual(['ID  TITLE', ' 1  short', '22  a title that is much too long for t…'])
  expect(lines.every((line) => widthOf(line) <= 40)).toBe(true)
})

test('a cell cannot carry control sequences into a table', () => {
  const [, line] = tableLines([{ id: 1, title: `a${esc}[2J\u0007\nb`, note: '' }], columns, style)
  expect(line).toBe(' 1  a b')
})

test('what is short is not stretched', () => {
  expect(tableLines(rows.slice(0, 1), columns, style)).toEqual(['ID  TITLE', ' 1  short'])
})

test('colour is added after a text was measured, and only where it is wanted', () => {
  const painted = tableLines(
    rows.slice(0, 1),
    [{ ...columns[1], head: 'T', text: (r) => r.title, paint: paintFor(true).bad }],
    style,
  )
  expect(painted[1]).toBe(`${esc}[31mshort${esc}[39m`)
  expect(paintFor(false).bad('x')).toBe('x')
})

test('machine times in a sentence become human ones', () => {
  const now = Date.UTC(2026, 0, 1)
  const later = new Date(now + 7_200_000).toISOString()
  expect(humanTimes(`probed at ${later}`, now)).toMatch(
    /^probed at 20\d\d-\d\d-\d\d \d\d:\d\d \(in 2h\)$/,
  )
})
