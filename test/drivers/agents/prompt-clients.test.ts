// Facts that hold for every client that takes prompts: how it is called, and that it is known everywhere.

import { describe, expect, it } from 'vitest'

import { adapters } from '../../../src/drivers/agents/all.ts'
import { adapterCards } from '../../../src/drivers/agents/cards.ts'
import type { AgentAdapter } from '../../../src/drivers/agents/contract.ts'
import { nameOf } from '../../../src/drivers/agents/flags.ts'
import { clientAdapters } from '../../../src/drivers/config/init-text.ts'
import { adapterNames } from '../../../src/drivers/config/schema.ts'
import { permissionLevels } from '../../../src/model/agent.ts'
import { settings, work } from './orders.ts'

const clients = adapters.filter((adapter) => adapter.client !== undefined)
const of = (name: string): AgentAdapter => {
  const found = clients.find((adapter) => adapter.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}
/** The one argument after a flag. */
const wordAfter = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1]

describe('every adapter', () => {
  it('is known by its card, to the configuration, and to init', () => {
    const names = adapters.map(({ name }) => name)
    expect(names).toEqual(adapterCards.map(({ name }) => name))
    expect(names).toEqual([...adapterNames])
    expect(names.filter((name) => name !== 'command')).toEqual(clientAdapters)
    for (const { name, client } of clients) expect(client?.cli).toBe(name)
  })
})

describe.each(clients.map((adapter) => [adapter.name, adapter] as const))(
  '%s',
  (_name, adapter) => {
    const mine = settings({ adapter: adapter.name, model: 'model-1' })

    it.each(['/help', '--version', '- [ ] a list', '$(touch x)', `long ${'x'.repeat(300_000)}`])(
      'gives the order on standard input or in a file, never as an argument: %#',
      (prompt) => {
        const plan = adapter.plan(mine, work({ prompt }))
        const carriers = [plan.stdin, ...Object.values(plan.files)].filter((text) =>
          text.includes(prompt),
        )
        expect(carriers).toHaveLength(1)
        expect(carriers[0]).toMatch(/^Task 7: Count the files\n/)
        for (const text of [...plan.args, ...Object.values(plan.env)]) {
          expect(text).not.toContain(prompt)
          expect(Buffer.byteLength(text)).toBeLessThan(131_072)
        }
      },
    )

    it('keeps every argument short, whatever the title', () => {
      const title = `-x\n${'long '.repeat(50_000)}`
      const plan = adapter.plan(mine, work({ prompt: 'p' }, { title }))
      for (const arg of plan.args) expect(Buffer.byteLength(arg)).toBeLessThan(1_000)
      expect(plan.args.filter((arg) => arg.startsWith('-x'))).toEqual([])
    })

    it.each(permissionLevels)(
      'sends the same arguments as its rows say, for %s and as root',
      (permissions) => {
        for (const asRoot of [false, true]) {
          const order = work({ prompt: 'p' }, { asRoot })
          const plan = adapter.plan({ ...mine, permissions }, order)
          const rows = adapter.flags({ ...mine, permissions }, order)
          for (const { flag, values } of rows)
            for (const word of flag.endsWith('=') ? [`${flag}${values[0]}`] : [flag, ...values])
              expect(plan.args).toContain(word)
          expect(plan.leftOut).toEqual([])
          expect(plan.args).toContain('model-1')
        }
      },
    )

    it('never asks a client to bypass anything unless the operator said full', () => {
      for (const permissions of ['plan', 'edit'] as const) {
        const plan = adapter.plan({ ...mine, permissions }, work({ prompt: 'p' }))
        expect(plan.args.join(' ')).not.toMatch(/bypass|yolo|dangerously|allow-all-paths/)
      }
    })

    it('does not tell a planning session to run commands', () => {
      const plan = adapter.plan({ ...mine, permissions: 'plan' }, work({ prompt: 'p' }))
      expect([plan.stdin, ...Object.values(plan.files)].join()).not.toContain('midwatch done')
    })

    it('leaves out each optional flag that the build lacks, and says so', () => {
      const order = work({ prompt: 'p' })
      const optional = adapter.flags(mine, order).filter((row) => row.need === 'optional')
      const plan = adapter.plan(mine, order, new Set(optional.map(nameOf)))
      expect(plan.leftOut).toEqual(optional.map(nameOf))
      for (const { flag, values } of optional)
        expect(plan.args.join(' ')).not.toContain([flag, ...values].join(' '))
    })

    it('lets the agent’s own program and environment outrank its own', () => {
      const [variable = 'A'] = Object.keys(adapter.plan(mine, work({ prompt: 'p' })).env)
      const own = { ...mine, program: '/opt/mine', env: { [variable]: 'mine' } }
      const plan = adapter.plan(own, work({ prompt: 'p' }))
      expect(plan.program).toBe('/opt/mine')
      expect(plan.env[variable]).toBe('mine')
    })

    it('refuses a shell command, and takes prompts only', () => {
      expect(() => adapter.plan(mine, work({ run: 'true' }))).toThrow(/takes prompts/)
      expect(adapter.takes(mine)).toEqual(['prompt'])
    })
  },
)

describe('what is particular', () => {
  it('codex: bounded connection retries, and word can be left from inside its sandbox', () => {
    const { args } = of('codex').plan(settings(), work({ prompt: 'p' }))
    expect(args[0]).toBe('exec')
    expect(wordAfter(args, '--disable')).toBe('unbounded_connection_retries')
    expect(wordAfter(args, '-s')).toBe('workspace-write')
    expect(wordAfter(args, '--add-dir')).toBe('/fleet/.midwatch/attempts/12')
  })

  it('gemini and qwen: no relaunch, whose launcher ignores signals', () => {
    expect(of('gemini').plan(settings(), work({ prompt: 'p' })).env['GEMINI_CLI_NO_RELAUNCH']).toBe(
      'true',
    )
    expect(of('qwen').plan(settings(), work({ prompt: 'p' })).env['QWEN_CODE_NO_RELAUNCH']).toBe(
      'true',
    )
  })

  it.each([
    [7_200_000, '7056s'],
    [60_000, '45s'],
    [1_000, '10s'],
  ])('qwen: its own limit of time is just below ours (%i ms → %s)', (limitMs, wall) => {
    const { args } = of('qwen').plan(settings(), work({ prompt: 'p' }, { limitMs }))
    expect(wordAfter(args, '--max-wall-time')).toBe(wall)
  })

  it('opencode: a database of its own per attempt, and no tool that asks', () => {
    const { env, args } = of('opencode').plan(settings(), work({ prompt: 'p' }))
    expect(env['OPENCODE_DB']).toBe('/fleet/.midwatch/attempts/12/opencode.db')
    expect(env['OPENCODE_PERMISSION']).not.toContain('ask')
    expect(wordAfter(args, '--title')).toBe('task 7.12: Count the files')
  })

  const resume = { session: 's-1', attemptDir: '/fleet/.midwatch/attempts/9' }
  it.each(['claude', 'gemini', 'qwen'])(
    '%s: goes on with a session by an optional flag',
    (name) => {
      const order = work({ prompt: 'p' }, { resume })
      expect(wordAfter(of(name).plan(settings(), order).args, '--resume')).toBe('s-1')
      expect(of(name).plan(settings(), order, new Set(['--resume'])).args).not.toContain('s-1')
    },
  )

  it('codex: goes on with a session by a word behind all flags, which then hold for it as well', () => {
    const order = work({ prompt: 'p' }, { resume })
    const anew = of('codex').plan(settings(), work({ prompt: 'p' })).args
    expect(of('codex').plan(settings(), order).args).toEqual([...anew, 'resume', 's-1', '-'])
    expect(of('codex').plan(settings(), order, new Set(['resume'])).args).toEqual(anew)
  })

  it('opencode: goes on with a session in the database of the attempt in which it began', () => {
    const order = work({ prompt: 'p' }, { resume })
    const { env, args } = of('opencode').plan(settings(), order)
    expect(wordAfter(args, '--session')).toBe('s-1')
    expect(env['OPENCODE_DB']).toBe('/fleet/.midwatch/attempts/9/opencode.db')
    const without = of('opencode').plan(settings(), order, new Set(['--session']))
    expect(without.args).not.toContain('s-1')
    expect(without.env['OPENCODE_DB']).toBe('/fleet/.midwatch/attempts/12/opencode.db')
  })

  it('claude: a name for the session, which older builds do not know', () => {
    const rows = of('claude').flags(settings(), work({ prompt: 'p' }))
    expect(rows.find(({ flag }) => flag === '--name')).toMatchObject({
      values: ['task 7.12: Count the files'],
      need: 'optional',
    })
  })

  it('aider: its order is a file, and standard input is closed', () => {
    const plan = of('aider').plan(settings(), work({ prompt: 'p' }))
    expect(plan.stdin).toBe('')
    expect(wordAfter(plan.args, '--message-file')).toBe('/fleet/.midwatch/attempts/12/order.txt')
    expect(Object.keys(plan.files)).toEqual(['order.txt'])
  })
})
