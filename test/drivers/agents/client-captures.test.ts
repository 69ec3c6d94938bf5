// Judges recorded sessions of real codex, gemini and opencode, and reads the help texts of all real clients, where they are
// at hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

import { adapters } from '../../../src/drivers/agents/all.ts'
import type { AgentAdapter } from '../../../src/drivers/agents/contract.ts'
import { nameOf } from '../../../src/drivers/agents/flags.ts'
import { optionsIn } from '../../../src/drivers/agents/probe/options.ts'
import type { Verdict } from '../../../src/model/failure.ts'
import { ending, settings, work } from './orders.ts'

const captures = path.resolve(import.meta.dirname, '../../../../shared/captures')

type Wanted = string | Readonly<Record<string, string>>
const everywhere = ['codex', 'gemini', 'opencode'] as const

/** Case → class; an object where clients tell differently, without those that do not have the case. */
const expected: Readonly<Record<string, Wanted>> = {
  ok: 'success',
  'ok-2': 'success',
  'ok-3': 'success',
  text: 'success',
  slow: 'success',
  'n1-429': 'success',
  'n1-cuthdr': 'success',
  'n2-500': 'success',
  'n2-529': 'success',
  'n1-cut': { codex: 'success', gemini: 'network', opencode: 'success' },
  'prompt-stdin': 'success',
  'prompt-stdin-1mb': 'success',
  'prompt-stdin-12mb': { codex: 'context_too_large', gemini: 'hollow', opencode: 'success' },
  'prompt-slash': 'success',
  'net-quiet': 'success',
  'parallel-one-home-1': { codex: 'success', gemini: 'success', opencode: 'resource_exhausted' },
  'parallel-fresh-r2-1': { opencode: 'resource_exhausted' },
  'resume-ok': 'success',
  'sandbox-default': { codex: 'success' },
  'session-id-given': { gemini: 'success' },
  titled: { opencode: 'success' },
  '400-key': 'auth_error',
  401: 'auth_error',
  't2-401': 'auth_error',
  '403-oauth': 'auth_error',
  403: { codex: 'model_unavailable', gemini: 'auth_error', opencode: 'model_unavailable' },
  'no-key': { codex: 'auth_error', gemini: 'auth_error' },
  402: 'credits_depleted',
  credit: { codex: 'credits_depleted', gemini: 'auth_error', opencode: 'credits_depleted' },
  quota: { codex: 'credits_depleted', gemini: 'rate_limited', opencode: 'network' },
  404: 'model_unavailable',
  429: 'rate_limited',
  'fast-429': 'rate_limited',
  't2-429': 'rate_limited',
  '429-long': { codex: 'rate_limited', gemini: 'rate_limited', opencode: 'network' },
  'usage-limit': { codex: 'rate_limited', gemini: 'rate_limited', opencode: 'network' },
  't2-usage-limit': { codex: 'rate_limited', gemini: 'rate_limited', opencode: 'timeout' },
  500: { codex: 'overloaded', gemini: 'overloaded', opencode: 'network' },
  503: { codex: 'overloaded', gemini: 'overloaded', opencode: 'network' },
  529: { codex: 'overloaded', gemini: 'overloaded', opencode: 'network' },
  html: { codex: 'overloaded', gemini: 'overloaded', opencode: 'network' },
  'sse-error': { codex: 'overloaded', gemini: 'overloaded', opencode: 'network' },
  't2-500': { codex: 'overloaded', gemini: 'overloaded', opencode: 'timeout' },
  refused: 'network',
  cut: 'network',
  cutlate: 'network',
  cuthdr: 'network',
  hang: 'network',
  garbage: 'network',
  empty: { codex: 'network', gemini: 'overloaded', opencode: 'network' },
  hangmid: { codex: 'network', gemini: 'timeout', opencode: 'network' },
  't2-hang': 'timeout',
  'loop-30s': 'timeout',
  toolong: 'context_too_large',
  toobig: 'context_too_large',
  't2-toolong': { codex: 'context_too_large', gemini: 'context_too_large', opencode: 'timeout' },
  refusal: { codex: 'success', gemini: 'success', opencode: 'content_refused' },
  maxtokens: { codex: 'task_failed', gemini: 'success', opencode: 'task_failed' },
  'max-turns-3': { gemini: 'max_turns' },
  'tool-denied': { gemini: 'success', opencode: 'tool_permission' },
  'unknown-flag': 'argument_error',
  'unknown-flag-only': 'argument_error',
  'name-flag': 'argument_error',
  'bad-choice': 'argument_error',
  'no-prompt': 'argument_error',
  'strict-config': { codex: 'argument_error' },
  'wire-chat': { codex: 'argument_error' },
  'resume-unknown': 'session_conflict',
  'session-id-reused': { gemini: 'session_conflict' },
  'untrusted-folder': { gemini: 'launch_failed' },
  'home-unwritable': 'launch_failed',
  'home-unset': { codex: 'launch_failed', gemini: 'auth_error', opencode: 'launch_failed' },
  'sigterm-waiting-model': { codex: 'interrupted', gemini: 'network', opencode: 'interrupted' },
  'sigkill-in-tool': 'interrupted',
  'sigint-in-tool': { codex: 'interrupted', gemini: 'timeout', opencode: 'interrupted' },
  'norelaunch-sigterm-hang': { gemini: 'hollow' },
}

interface Capture {
  readonly exit_code: number | null
  readonly signal: string | null
  readonly timed_out: boolean
  readonly spawn_threw?: string
  readonly stdout: string
  readonly stderr: string
  readonly duration_ms: number
}

const load = (tool: string, version: string, name: string): Capture =>
  JSON.parse(readFileSync(path.join(captures, tool, version, `${name}.json`), 'utf8'))

function judgeCapture(adapter: AgentAdapter, { stdout, stderr, ...capture }: Capture): Verdict {
  const reader = adapter.reader()
  for (let at = 0; at < stdout.length; at += 4093) reader.feed(stdout.slice(at, at + 4093))
  return adapter.judge(
    ending({
      exitCode: capture.exit_code,
      signal: capture.signal,
      stoppedBy: capture.timed_out ? 'timeout' : null,
      summary: reader.summary(),
      outHead: stdout.slice(0, 4096),
      outTail: stdout.slice(-4096),
      errHead: stderr.slice(0, 4096),
      errTail: stderr.slice(-4096),
      durationMs: capture.duration_ms,
    }),
  )
}

const adapterOf = (name: string): AgentAdapter => {
  const found = adapters.find((adapter) => adapter.name === name)
  if (found === undefined) throw new Error(`no adapter ${name}`)
  return found
}

/** Cases of other output formats, or where nothing was asked of the model. */
const notOurs = /^(?:quick-)?(?:help|version)$|^ok-(?:text|json)$/

describe.skipIf(!existsSync(captures))(
  'recorded sessions of real clients (skipped where the captures are absent)',
  () => {
    const cases = everywhere.flatMap((tool) =>
      (existsSync(captures) ? readdirSync(path.join(captures, tool)) : []).flatMap((version) =>
        readdirSync(path.join(captures, tool, version))
          .map((file) => file.replace(/\.json$/, ''))
          .filter((name) => !notOurs.test(name))
          .map((name) => ({ tool, name, capture: load(tool, version, name) }))
          .filter(({ capture }) => capture.spawn_threw === undefined),
      ),
    )
    const judged = cases.map((one) => ({
      ...one,
      verdict: judgeCapture(adapterOf(one.tool), one.capture),
    }))

    it('are there for each of the three clients', () => {
      for (const tool of everywhere)
        expect(judged.filter((one) => one.tool === tool).length).toBeGreaterThan(90)
    })

    it('named cases get the class they deserve', () => {
      const wrong = judged.flatMap(({ tool, name, verdict }) => {
        const want = expected[name]
        const wanted = typeof want === 'string' ? want : want?.[tool]
        return wanted === undefined || wanted === verdict.class
          ? []
          : [`${tool} ${name}: ${verdict.class}, not ${wanted}`]
      })
      expect(wrong).toEqual([])
    })

    it('no session is called success unless it exited 0', () => {
      for (const { tool, name, verdict } of judged)
        if (verdict.class === 'success') expect(verdict.exitCode, `${tool} ${name}`).toBe(0)
    })

    it('nothing stays unknown but a closed output and an input that nobody closed', () => {
      const unknown = judged.filter(({ verdict }) => verdict.class === 'unknown')
      expect(
        unknown.map(({ name }) => name).filter((name) => !/^std(?:in-open|out-closed)/.test(name)),
      ).toEqual([])
    })

    it('a plan limit states its reset, in the host’s own time', () => {
      const told = judged.filter(({ tool, name }) => tool === 'codex' && /usage-limit$/.test(name))
      expect(told.length).toBeGreaterThan(3)
      for (const { name, verdict } of told) {
        expect(verdict.resetAt, name).not.toBeNull()
        expect(verdict.needsPerson, name).toBeUndefined()
      }
    })

    it('every refused flag of ours would be pinned, and every foreign one not', () => {
      const order = work({ prompt: 'p' })
      for (const { tool, name, capture } of cases.filter((one) =>
        /^(?:unknown-flag|name-flag)/.test(one.name),
      )) {
        const adapter = adapterOf(tool)
        const { stderr } = capture
        const found = adapter.refusedFlags(
          settings(),
          order,
          ending({ errHead: stderr.slice(0, 4096), errTail: stderr.slice(-4096) }),
          new Set(),
        )
        // opencode names no flag, so what is optional of ours is under suspicion.
        expect(found, `${tool} ${name}`).toEqual(tool === 'opencode' ? ['--title'] : [])
      }
    })
  },
)

const helps = [
  ['claude', '1.0.128'],
  ['claude', '2.0.77'],
  ['claude', '2.1.42'],
  ['claude', '2.1.74'],
  ['claude', '2.1.75'],
  ['claude', '2.1.76'],
  ['claude', '2.1.112'],
  ['claude', '2.1.328'],
  ['codex', '0.169.0'],
  ['gemini', '0.61.0'],
  ['opencode', '1.18.33'],
  ['qwen', '0.24.4'],
  ['copilot', '1.0.102'],
] as const

describe.skipIf(!existsSync(captures))(
  'recorded help texts (skipped where the captures are absent)',
  () => {
    it.each(helps)(
      '%s %s lists every required flag of ours, and --name since claude 2.1.76',
      (tool, version) => {
        const { stdout, stderr } = load(tool, version, 'help')
        const options = optionsIn(`${stdout}\n${stderr}`)
        for (const permissions of ['plan', 'edit', 'full'] as const)
          for (const row of adapterOf(tool).flags(
            settings({ model: 'm', permissions }),
            work({ prompt: 'p' }),
          ))
            if (row.need === 'required') expect(options, row.flag).toContain(nameOf(row))
        const [, major = 0, minor = 0] = version.split('.').map(Number)
        if (tool === 'claude') expect(options?.includes('--name')).toBe(major === 1 && minor >= 76)
      },
    )
  },
)
