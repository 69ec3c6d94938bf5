// Facts about the `command` adapter: what it starts, what it refuses beforehand, and what its endings mean.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { OperatingError } from '../../../src/base/errors.ts'
import { commandAdapter } from '../../../src/drivers/agents/command.ts'
import type { Plan } from '../../../src/drivers/agents/contract.ts'
import { ending, settings, work } from './orders.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'midwatch-command-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Starts a plan for real, the way a launcher would: argument by argument, no shell of ours. */
function start(plan: Plan) {
  for (const [name, text] of Object.entries(plan.files))
    writeFileSync(path.join(scratch, name), text)
  const ran = spawnSync(plan.program, plan.args, { input: plan.stdin, encoding: 'utf8' })
  return {
    out: ran.stdout,
    ending: ending({
      exitCode: ran.status,
      signal: ran.signal,
      outHead: ran.stdout,
      outTail: ran.stdout,
      errHead: ran.stderr,
      errTail: ran.stderr,
    }),
  }
}

const run = (command: string) => start(commandAdapter.plan(settings(), work({ run: command })))
const judged = (command: string) => commandAdapter.judge(run(command).ending)
const template = (args: string[], program = '/usr/bin/env') => settings({ program, args })

function refusal(act: () => unknown): OperatingError {
  try {
    act()
  } catch (error) {
    if (error instanceof OperatingError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('what it takes', () => {
  it('takes shell commands without a template and prompts with one, never both', () => {
    expect(commandAdapter.takes(settings())).toEqual(['command'])
    expect(commandAdapter.takes(template(['{prompt}']))).toEqual(['prompt'])
    expect(commandAdapter.takes(settings({ program: '/bin/cat' }))).toEqual(['prompt'])
  })

  it('refuses a kind of work it does not take, with the agent named', () => {
    const noRun = refusal(() => commandAdapter.plan(settings(), work({ prompt: 'p' })))
    const noPrompt = refusal(() => commandAdapter.plan(template([]), work({ run: 'true' })))
    expect([noRun.code, noPrompt.code]).toEqual(['agent.no_command', 'agent.no_prompt'])
    expect(noRun.message).toContain('a1')
  })

  it('refuses arguments without a program', () => {
    const plan = () => commandAdapter.plan(settings({ args: ['{prompt}'] }), work({ prompt: 'p' }))
    expect(refusal(plan).code).toBe('agent.no_program')
  })
})

describe('the plan of a shell command', () => {
  it('runs it in /bin/sh with nothing on standard input', () => {
    const plan = commandAdapter.plan(settings({ env: { A: '1' } }), work({ run: 'echo $((1+1))' }))
    expect(plan).toEqual({
      program: '/bin/sh',
      args: ['-c', 'echo $((1+1))'],
      env: { A: '1' },
      stdin: '',
      files: {},
      leftOut: [],
      receipt: 'executed',
    })
    expect(start(plan).out).toBe('2\n')
  })
})

describe('the plan of a prompt', () => {
  it('fills placeholders as arguments that no shell reads', () => {
    const wanted = 'say "$(touch /nowhere)"; `id` {title}'
    const plan = commandAdapter.plan(
      template(['printf', '%s|', '{prompt}', '--in={cwd}', '{title}', '{"a":{x}}']),
      work({ prompt: wanted }),
    )
    expect(start(plan).out).toBe(`${wanted}|--in=/repo|Count the files|{"a":{x}}|`)
    expect(plan.stdin).toBe('')
  })

  it('gives the prompt on standard input when no placeholder takes it', () => {
    const plan = commandAdapter.plan(
      settings({ program: '/bin/cat', args: [] }),
      work({ prompt: 'hello' }),
    )
    expect(start(plan).out).toBe('hello')
  })

  it('makes a prompt file only when one is asked for', () => {
    const inScratch = work({ prompt: 'from a file' }, { attemptDir: scratch })
    const plan = commandAdapter.plan(template(['{prompt_file}'], '/bin/cat'), inScratch)
    expect(plan.stdin).toBe('')
    expect(start(plan).out).toBe('from a file')
    expect(commandAdapter.plan(template(['{prompt}']), inScratch).files).toEqual({})
  })

  it('tells the history from the second attempt on', () => {
    const first = commandAdapter.plan(settings({ program: '/bin/cat' }), work({ prompt: 'p' }))
    const second = commandAdapter.plan(
      settings({ program: '/bin/cat' }),
      work({ prompt: 'p' }, { history: ['attempt 3 ended task_failed: 2 tests failed'] }),
    )
    expect(first.stdin).toBe('p')
    expect(second.stdin).toContain('2 tests failed')
  })

  it('refuses the first size that the kernel would refuse, and takes the one before it', () => {
    const of = (bytes: number) =>
      commandAdapter.plan(
        template(['true', '{prompt}']),
        work({ prompt: 'ä'.repeat(Math.floor(bytes / 2)) + 'x'.repeat(bytes % 2) }),
      )
    expect(start(of(131_071)).ending.exitCode).toBe(0)
    const error = refusal(() => of(131_072))
    expect([error.code, error.exit]).toEqual(['agent.argument_too_long', 'usage'])
    expect(error.remedy).toMatch(/\{prompt_file\}.*standard input/)
    expect(
      refusal(() => commandAdapter.plan(template(['{prompt}']), work({ prompt: 'a\0b' }))).code,
    ).toBe('agent.argument_nul')
  })

  it('lets a prompt of any size through as a file', () => {
    const plan = commandAdapter.plan(
      template(['-c', '{prompt_file}'], '/usr/bin/wc'),
      work({ prompt: 'x'.repeat(300_000) }, { attemptDir: scratch }),
    )
    expect(start(plan).out).toMatch(/^300000 /)
  })
})

describe('endings of real programs', () => {
  it('exit 0 is success, whatever was printed', () => {
    const verdict = judged('echo "Error: 429 rate limit exceeded" >&2; exit 0')
    expect(verdict).toMatchObject({ class: 'success', exitCode: 0, resetAt: null })
  })

  it('a nonzero exit is the task’s failure with its last meaningful line, even if that speaks of limits', () => {
    const verdict = judged(
      'echo one; echo "HTTP 429: usage limit reached, resets 3pm" >&2; echo "---" >&2; exit 3',
    )
    expect(verdict).toMatchObject({
      class: 'task_failed',
      blame: 'task',
      exitCode: 3,
      resetAt: null,
    })
    expect(verdict.evidence).toBe('Exit code 3: HTTP 429: usage limit reached, resets 3pm')
  })

  it('falls back to standard output for evidence', () => {
    expect(judged('echo "2 tests failed"; exit 1').evidence).toContain('2 tests failed')
    expect(judged('exit 1').evidence).toBe('Exit code 1 without a word.')
  })

  it('names the program that the shell could not find or run', () => {
    const missing = judged('no-such-program-here --flag')
    expect(missing).toMatchObject({ class: 'task_failed', exitCode: 127 })
    expect(missing.evidence).toContain('`no-such-program-here`')
    const file = path.join(scratch, 'plain.txt')
    writeFileSync(file, 'text', { mode: 0o644 })
    expect(judged(file)).toMatchObject({ class: 'task_failed', exitCode: 126 })
    expect(judged(file).evidence).toContain(`\`${file}\``)
  })

  it('a signal from outside is an interruption by the host, a crash is the task’s failure', () => {
    for (const signal of ['KILL', 'TERM', 'HUP', 'INT'])
      expect(judged(`kill -${signal} $$`), signal).toMatchObject({
        class: 'interrupted',
        blame: 'host',
        signal: `SIG${signal}`,
        exitCode: null,
      })
    for (const signal of ['SEGV', 'ABRT', 'FPE', 'BUS', 'ILL'])
      expect(judged(`ulimit -c 0; kill -${signal} $$`), signal).toMatchObject({
        class: 'task_failed',
        blame: 'task',
      })
  })

  it('an exit code that stands for a signal keeps the meaning of an exit code', () => {
    const verdict = judged('exit 137')
    expect(verdict.class).toBe('task_failed')
    expect(verdict.evidence).toContain('SIGKILL')
  })
})

describe('endings we brought about', () => {
  it('our time limit is the task’s timeout, our cancelling an interruption', () => {
    const killed = { exitCode: null, signal: 'SIGTERM', durationMs: 7_200_000 }
    const timeout = commandAdapter.judge(ending({ ...killed, stoppedBy: 'timeout' }))
    expect(timeout).toMatchObject({ class: 'timeout', blame: 'task', signal: 'SIGTERM' })
    expect(timeout.evidence).toContain('2.0 h')
    for (const stoppedBy of ['cancelled', 'operator'])
      expect(commandAdapter.judge(ending({ ...killed, stoppedBy }))).toMatchObject({
        class: 'interrupted',
        blame: 'operator',
      })
  })

  it('an ending without exit code and signal stays unknown', () => {
    expect(commandAdapter.judge(ending({ exitCode: null })).class).toBe('unknown')
  })
})

describe('the reader', () => {
  it('reports the first output once and no model output of its own', () => {
    const reader = commandAdapter.reader()
    expect(reader.feed('')).toEqual([])
    expect(reader.summary().started).toBe(false)
    expect(reader.feed('x')).toEqual([{ kind: 'first_event', what: 'output' }])
    expect(reader.feed('y')).toEqual([])
    expect(reader.summary()).toMatchObject({ started: true, result: null, usage: null })
  })
})
