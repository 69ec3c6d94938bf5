import { expect, test } from 'vitest'

import { didYouMean, nearest } from '../../src/base/nearest.ts'

const commands = ['add', 'again', 'list', 'logs', 'status', 'stop', 'progress']

test('a misspelt word is answered with the right one', () => {
  expect(nearest('lst', commands)).toBe('list')
  expect(nearest('staus', commands)).toBe('status')
  expect(nearest('STOP', commands)).toBe('stop')
  expect(nearest('porgress', commands)).toBe('progress')
})

test('two letters that changed places count as one mistake', () => {
  expect(nearest('dad', ['add', 'xyz'])).toBe('add')
})

test('a word that is like none is answered with nothing', () => {
  expect(nearest('frobnicate', commands)).toBeNull()
  expect(didYouMean('frobnicate', commands)).toBe('')
  expect(nearest('x', [])).toBeNull()
})
