// docs/cli.md is a promise, so it must know every command and every option there is, and no other.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { allCommands } from '../../../src/surface/cli/commands.ts'
import { Command } from '../../../src/surface/cli/grammar.ts'
import { exitCodes } from '../../../src/base/errors.ts'

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`midwatch (\w+)/.exec(section)?.[1] ?? '', section]),
)

async function optionsOf(name: string): Promise<string[]> {
  const command = new Command(name)
  const entry = allCommands.find((one) => one.name === name)
  const module = await entry?.load()
  module?.define(command, () => async () => {})
  const all = [command, ...command.commands]
  return all.flatMap((one) => one.options.map((option) => option.long))
}

describe.each(allCommands.map((entry) => entry.name))('midwatch %s', (name) => {
  test('has a section with all its options, and what it answers with --json', async () => {
    const section = sections.get(name) ?? ''
    for (const option of await optionsOf(name)) expect(section).toMatch(new RegExp(`${option}\\b`))
    expect(section).toMatch(/JSON: /)
  })

  test('has no option that is not there', async () => {
    const known = [...(await optionsOf(name)), '--fleet', '--json', '--help']
    const written = (sections.get(name) ?? '').match(/(?<=[`[ (])--[a-z][a-z-]+/g) ?? []
    expect(written.filter((option) => !known.includes(option))).toEqual([])
  })
})

test('every exit code is explained', () => {
  for (const code of [...Object.values(exitCodes), 70])
    expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
})
