// Facts about commands that need no shell: what is run without one is run as a shell would run it.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

import { present } from '../../../src/base/assert.ts'
import { plainCommand } from '../../../src/drivers/agents/plain-command.ts'

describe('a command that is one program with its words', () => {
  it.each([
    ['/bin/true', ['/bin/true']],
    ['npm test', ['npm', 'test']],
    ['  make -j4\tCC=gcc --dir=./a,b  ', ['make', '-j4', 'CC=gcc', '--dir=./a,b']],
  ])('%j needs no shell', (run, words) => {
    expect(plainCommand(run)).toEqual(words)
  })

  it('says the same without a shell', () => {
    for (const run of ['/bin/echo a  b=c', 'printenv PATH', 'expr 1 + 2', 'ls /nowhere-at-all']) {
      const [program = '', ...args] = present(plainCommand(run), run)
      const [bare, shelled] = [spawnSync(program, args), spawnSync('/bin/sh', ['-c', run])]
      expect([bare.status, `${bare.stdout}`, `${bare.stderr}`]).toEqual([
        shelled.status,
        `${shelled.stdout}`,
        `${shelled.stderr}`,
      ])
    }
  })
})

describe('a command that is more', () => {
  it.each([
    ...[
      '',
      ' ',
      'a; b',
      'a && b',
      'a | b',
      'a &',
      'a > b',
      'a < b',
      '(a)',
      '{ a; }',
      'a\nb',
      '! a',
    ],
    ...[
      'a $B',
      'a `b`',
      'a "b"',
      "a 'b'",
      'a b\\ c',
      'a *',
      'a ?',
      'a [bc]',
      'a ~',
      '~/a',
      'a # b',
      'a {b,c}',
    ],
    ...[
      'A=1 b',
      'cd /',
      'exit 3',
      'true',
      'echo a',
      'test -e a',
      '. ./a',
      ': a',
      'if a',
      'exec a',
      'a é',
    ],
  ])('%j goes through the shell', (run) => {
    expect(plainCommand(run)).toBeNull()
  })
})
