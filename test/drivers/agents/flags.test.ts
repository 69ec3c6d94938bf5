// Facts about flags as rows: what is left out, and on which of them a refused call is pinned.

import { describe, expect, it } from 'vitest'

import { culprits, nameOf, optional, required, spell } from '../../../src/drivers/agents/flags.ts'

const name = optional('--name', 'task 7: mend it')
const model = required('--model', 'm')
const feature = { ...optional('--disable', 'endless_retries'), keyed: true as const }
const other = { ...optional('--disable', 'plugins'), keyed: true as const }
const rows = [required('-p'), model, name, feature, other]
const all = new Set(rows.map(nameOf))

describe('spelling', () => {
  it('sends every row in order, with its values', () => {
    expect(spell(rows, new Set())).toEqual({
      args: [
        '-p',
        '--model',
        'm',
        '--name',
        'task 7: mend it',
        '--disable',
        'endless_retries',
        '--disable',
        'plugins',
      ],
      leftOut: [],
    })
  })

  it('leaves out what the build lacks by name, with its values, and nothing that is required', () => {
    const { args, leftOut } = spell(rows, new Set(['--name', '--model', '--disable plugins']))
    expect(args).toEqual(['-p', '--model', 'm', '--disable', 'endless_retries'])
    expect(leftOut).toEqual(['--name', '--disable plugins'])
  })

  it('glues a value to a flag that asks for it, and names the flag without', () => {
    const deny = required('--deny-tool=', 'write')
    expect(spell([deny], new Set()).args).toEqual(['--deny-tool=write'])
    expect(nameOf(deny)).toBe('--deny-tool')
  })
})

describe('a refused call', () => {
  it.each([
    [`error: unknown option '--name'`],
    [
      `error: unexpected argument '--name' found\n\n  tip: to pass '--name' as a value, use '-- --name'`,
    ],
    [
      'Unknown arguments: name\nUsage: tool [options]\n\nOptions:\n  -h, --help  help\n      --model  model',
    ],
    ['tool: error: unrecognized arguments: --name x'],
    ['flag provided but not defined: -name'],
  ])('is pinned on the optional flag that the complaint names: %s', (said) => {
    expect(culprits(said, rows, all)).toEqual(['--name'])
  })

  it('is pinned on one pair of a flag that takes settings, by its value', () => {
    expect(culprits('error: Unknown feature flag: endless_retries', rows, all)).toEqual([
      '--disable endless_retries',
    ])
  })

  it.each([
    [`error: unknown option '--model'`],
    [`error: unknown option '--named'`],
    ['Error loading config: unknown field `name`'],
    ['Invalid API key'],
    [''],
  ])('is pinned on nothing when something else is at fault: %s', (said) => {
    expect(culprits(said, rows, all)).toEqual([])
  })

  it('that is answered with a help text alone is pinned on every optional flag that was sent', () => {
    const help =
      'tool run [message..]\n\nOptions:\n  -h, --help   show help\n      --name   a name\n      --model  model'
    expect(culprits(help, rows, new Set(['--name', '--model']))).toEqual(['--name'])
    expect(culprits(help, rows, new Set(['--model']))).toEqual([])
  })

  it('that is called badly shaped is pinned likewise', () => {
    const said = 'Error: Invalid command format. It looks like your prompt was not quoted.'
    expect(culprits(said, rows, new Set(['--name']))).toEqual(['--name'])
  })
})
