// Judges recorded sessions of real claude versions where they are at hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import { ending } from './orders.ts'

const captures = path.resolve(import.meta.dirname, '../../../../shared/captures/claude')

/** Case name → class, whatever the version; an object where versions differ. */
const expected: Record<string, string | Record<string, string>> = {
  ok: 'success',
  slow: 'success',
  'n2-529': 'success',
  'n1-429': 'success',
  'oauth-warn': 'success',
  'oauth-ok': 'success',
  'fallback-model-529': 'success',
  'tool-denied': 'tool_permission',
  'tool-denied-plan': 'tool_permission',
  'unknown-flag': 'argument_error',
  'bad-choice': 'argument_error',
  'no-prompt': 'argument_error',
  'no-verbose': 'argument_error',
  'root-skip-permissions': 'argument_error',
  named: { '2.1.75': 'argument_error', '2.1.76': 'success', '2.1.328': 'success' },
  'session-id-reused': 'session_conflict',
  'resume-unknown': 'session_conflict',
  'config-corrupt': {
    '2.1.75': 'launch_failed',
    '2.1.76': 'launch_failed',
    '2.1.328': 'launch_failed',
    '1.0.128': 'argument_error',
    '2.0.77': 'launch_failed',
  },
  '400-key': 'auth_error',
  'quick-401': 'auth_error',
  'quick-403': 'auth_error',
  'no-key': 'auth_error',
  'oauth-403-oauth': { '1.0.128': 'auth_error', '2.0.77': 'auth_error', '2.1.328': 'auth_error' },
  402: 'credits_depleted',
  credit: 'credits_depleted',
  'quick-404': 'model_unavailable',
  'model-unknown-404': 'model_unavailable',
  'fast-429': 'rate_limited',
  'usage-limit': 'rate_limited',
  'oauth-usage-limit': 'rate_limited',
  'oauth-t2-usage-limit': 'rate_limited',
  'quick-quota': 'rate_limited',
  'fast-500': 'overloaded',
  'fast-529': 'overloaded',
  'quick-t2-500': 'overloaded',
  'fast-refused': 'network',
  'fast-hang': 'network',
  'fast-cut': 'network',
  'quick-cut': 'network',
  toolong: 'context_too_large',
  toobig: 'context_too_large',
  refusal: 'content_refused',
  'max-turns-3': 'max_turns',
  'max-budget': { '2.0.77': 'max_turns', '2.1.75': 'max_turns', '2.1.328': 'max_turns' },
  empty: { '2.1.75': 'hollow', '2.1.328': 'network' },
  garbage: { '2.1.75': 'hollow', '2.1.328': 'network' },
  'prompt-slash': 'hollow',
  'stdout-closed-early': 'hollow',
  'sigterm-waiting-model': 'interrupted',
  'sighup-in-tool': 'interrupted',
  'sigkill-in-tool': 'interrupted',
  'sigint-waiting-model': { '2.1.75': 'hollow', '2.1.328': 'interrupted' },
  'sigint-in-tool': { '2.1.75': 'hollow', '2.1.328': 'interrupted' },
  'quick-sigterm': 'interrupted',
  'home-unwritable': { '2.1.75': 'unknown', '2.1.328': 'success' },
  hang: 'network',
  't2-hang': 'timeout',
  'json-schema': { '2.1.75': 'timeout', '1.0.128': 'argument_error' },
}

interface Capture {
  argv: string[]
  exit_code: number | null
  signal: string | null
  timed_out: boolean
  stdout: string
  stderr: string
  duration_ms: number
}

function judgeCapture(version: string, name: string) {
  const capture: Capture = JSON.parse(
    readFileSync(path.join(captures, version, `${name}.json`), 'utf8'),
  )
  const reader = claudeAdapter.reader()
  for (let at = 0; at < capture.stdout.length; at += 4093)
    reader.feed(capture.stdout.slice(at, at + 4093))
  const summary = reader.summary()
  return claudeAdapter.judge(
    ending({
      exitCode: capture.exit_code,
      signal: capture.signal,
      stoppedBy: capture.timed_out ? 'timeout' : null,
      summary,
      outHead: capture.stdout.slice(0, 4096),
      outTail: capture.stdout.slice(-4096),
      errHead: capture.stderr.slice(0, 4096),
      errTail: capture.stderr.slice(-4096),
      durationMs: capture.duration_ms,
    }),
  )
}

/** Cases of other output formats, or where nothing was asked of the model. */
const notOurs = /^(?:help|version|quick-help|quick-version|ok-text)$/

describe.skipIf(!existsSync(captures))(
  'recorded sessions of real clients (skipped where the captures are absent)',
  () => {
    const cases = (existsSync(captures) ? readdirSync(captures) : []).flatMap((version) =>
      readdirSync(path.join(captures, version)).map((file) => ({
        version,
        name: file.replace(/\.json$/, ''),
      })),
    )

    it('named cases get the class they deserve, in every version', () => {
      const wrong = cases.flatMap(({ version, name }) => {
        const want = expected[name]
        const wanted = typeof want === 'string' ? want : want?.[version]
        const got = wanted === undefined ? wanted : judgeCapture(version, name).class
        return got === wanted ? [] : [`${version} ${name}: ${got}, not ${wanted}`]
      })
      expect(wrong).toEqual([])
    })

    it('no session is called success unless it exited 0 with a result', () => {
      for (const { version, name } of cases.filter((c) => !notOurs.test(c.name))) {
        const verdict = judgeCapture(version, name)
        if (verdict.class === 'success') expect(verdict.exitCode, `${version} ${name}`).toBe(0)
      }
    })

    it('almost nothing stays unknown', () => {
      const ours = cases.filter((c) => !notOurs.test(c.name))
      const unknown = ours.filter((c) => judgeCapture(c.version, c.name).class === 'unknown')
      expect(
        unknown
          .map((c) => c.name)
          .filter((name) => !/^(?:home-un|stdin-open|prompt-arg-131072)/.test(name)),
      ).toEqual([])
    })

    it('every stated reset is read', () => {
      for (const { version, name } of cases.filter((c) =>
        /^(?:quick-)?oauth-(?:t2-)?usage-limit$/.test(c.name),
      ))
        expect(judgeCapture(version, name).resetAt, `${version} ${name}`).toBeGreaterThan(
          Date.UTC(2026, 10, 20, 9, 0),
        )
    })
  },
)
