// The simulator's programs take what they know and nothing else: a slip on the command line ends with 2 and a sentence, and
// never with a run that looked at nothing.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { type Flags, readFlags } from '../../sim/arguments.ts'

const flags: Flags = {
  days: { type: 'string', default: '7', is: 'number', most: 99, means: 'how long' },
  hosts: { type: 'string', is: 'count', means: 'how many' },
  tasks: { type: 'string', is: 'whole', means: 'how much' },
  faults: { type: 'string', is: ['light', 'heavy'], means: 'what goes wrong' },
  brief: { type: 'boolean', means: 'shorter' },
}

test.each([
  [['--dayz', '3'], 'unknown flag --dayz; did you mean `days`?'],
  [['--days', 'abc'], '--days wants a number above 0, not `abc`'],
  [['--days', '0'], '--days wants a number above 0, not `0`'],
  [['--days', '100'], '--days takes at most 99'],
  [['--days=-1'], '--days wants a number above 0, not `-1`'],
  [['--hosts', '1.5'], '--hosts wants a whole number above 0, not `1.5`'],
  [['--hosts', '0'], '--hosts wants a whole number above 0, not `0`'],
  [['--tasks', '1e3'], '--tasks wants a whole number, not `1e3`'],
  [['--faults', 'hevy'], '--faults wants one of light, heavy, not `hevy`'],
  [['--days'], '--days wants a value'],
  [['--days', '--brief'], '--days wants a value'],
  [['--brief=yes'], '--brief takes no value'],
  [['3'], '`3` belongs to no flag'],
])('%j is told: %s', (args, sentence) => {
  expect(readFlags(flags, args).wrong).toBe(sentence)
})

test('what is right is read, with what is usual', () => {
  const read = readFlags(flags, ['--hosts', '3', '--tasks', '0', '--brief'])
  expect(read).toEqual({
    values: { days: '7', hosts: '3', tasks: '0', faults: undefined, brief: true },
    isHelp: false,
  })
  expect(readFlags(flags, ['--help']).isHelp).toBe(true)
})

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = (...args: string[]): Promise<{ code: unknown; out: string; err: string }> =>
  new Promise((resolve) =>
    execFile(process.execPath, args, { cwd: root }, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    ),
  )

test.each(['sim/main.ts', 'sim/scale.ts', 'sim/mutants/main.ts', 'scripts/nightly-sim.ts'])(
  '%s shows its flags, and refuses others with exit 2',
  async (program) => {
    const help = await run(program, '--help')
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toMatch(/^Usage: .+\n\n {2}--/)
    const slip = await run(program, '--nonsense')
    expect(slip).toMatchObject({ code: 2, out: '' })
    expect(slip.err).toMatch(/^unknown flag --nonsense.*\n {2}→ /)
  },
  60_000,
)
