// Facts about the streams and endings of every client with events besides claude.

import { describe, expect, it } from 'vitest'

import { opencodeAdapter } from '../../../src/drivers/agents/opencode.ts'
import { samples } from './samples.ts'
import { jsonLines, judge, read } from './streams.ts'

describe.each(Object.entries(samples))(
  'a session of %s',
  (_name, { adapter, begun, spoken, ended, usage }) => {
    const whole = jsonLines(...begun, ...spoken, ...ended)

    it.each([1, 7, 64, 100_000])('is read alike in pieces of %i characters', (pieceChars) => {
      const { noticed, summary } = read(adapter, whole, pieceChars)
      expect(noticed.filter(({ kind }) => kind === 'first_event')).toHaveLength(1)
      expect(noticed[0]?.kind).toBe('first_event')
      expect(summary).toMatchObject({ started: true, modelOutput: true, usage })
      expect(summary.result).not.toBeNull()
    })

    it('is a success when it ends well', () => {
      expect(judge(adapter, whole)).toMatchObject({
        class: 'success',
        neverStarted: false,
        resetAt: null,
      })
    })

    it('has said nothing of the model before the model spoke', () => {
      const { noticed, summary } = read(adapter, jsonLines(...begun))
      expect(summary.modelOutput).toBe(false)
      expect(noticed.map(({ kind }) => kind)).not.toContain('model_output')
    })

    it('survives garbage, and a last line without its newline', () => {
      const { summary } = read(adapter, `not json\n{"broken\n\n[1,2]\n${whole.trimEnd()}`, 11)
      expect(summary).toMatchObject({ started: true, modelOutput: true, usage })
    })

    it('is hollow when it exits 0 without an end, and when the model never spoke', () => {
      expect(judge(adapter, jsonLines(...begun)).class).toBe('hollow')
      expect(judge(adapter, '').class).toBe('hollow')
      expect(judge(adapter, jsonLines(...begun, ...ended)).class).toBe('hollow')
    })

    it('is interrupted by a signal that we did not send, which blames the host', () => {
      for (const signal of ['SIGTERM', 'SIGKILL', 'SIGHUP'])
        expect(
          judge(adapter, jsonLines(...begun, ...spoken), { exitCode: null, signal }),
        ).toMatchObject({
          class: 'interrupted',
          blame: 'host',
        })
    })

    it('stopped by us is what we stopped it for: our wish, or its limit once the model had spoken', () => {
      const stopped = { exitCode: null, signal: 'SIGTERM' }
      const out = jsonLines(...begun, ...spoken)
      expect(judge(adapter, out, { ...stopped, stoppedBy: 'cancelled' }).class).toBe('interrupted')
      expect(judge(adapter, out, { ...stopped, stoppedBy: 'timeout' }).class).toBe('timeout')
      expect(judge(adapter, out, { ...stopped, stoppedBy: 'silence' }).class).toBe('timeout')
      expect(judge(adapter, jsonLines(...begun), { ...stopped, stoppedBy: 'timeout' }).class).toBe(
        'network',
      )
      // What opencode reports last may be followed by more.
      const wholeThen = adapter === opencodeAdapter ? 'timeout' : 'success'
      expect(judge(adapter, whole, { ...stopped, stoppedBy: 'timeout' }).class).toBe(wholeThen)
    })

    it('is never judged by what the model wrote', () => {
      const prose = 'Error: rate limit reached, 401 Unauthorized, unknown option --x'
      const text = whole.replaceAll('Done.', prose)
      expect(text).toContain(prose)
      expect(judge(adapter, text).class).toBe('success')
    })

    it('with a refused argument speaks on standard error and never begins', () => {
      const errHead = "error: unknown option '--name'\n"
      expect(judge(adapter, '', { exitCode: 1, errHead })).toMatchObject({
        class: 'argument_error',
        blame: 'cli',
      })
    })
  },
)
