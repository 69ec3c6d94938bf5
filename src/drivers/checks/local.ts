// Looks at this machine and from it: a command, a file, an address.

import { stat } from 'node:fs/promises'

import type { Clock } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import { type Look, type Probe, readExit, readStatus } from '../../model/probe.ts'
import type { Checker, CheckerHost } from './contract.ts'

const detailMax = 300

/** Looks with the commands, files and network of this host. */
export function createChecker(host: CheckerHost, clock: Clock): Checker {
  return {
    async look(probe, owner, timeoutMs, signal) {
      switch (probe.look) {
        case 'command':
          return await lookByCommand(host, probe, owner, timeoutMs, signal)
        case 'file':
          return await lookAtFile(probe.path)
        case 'url':
          return await lookAtUrl(clock, probe.url, timeoutMs, signal)
      }
    },
  }
}

async function lookByCommand(
  host: CheckerHost,
  probe: Extract<Probe, { look: 'command' }>,
  owner: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Look> {
  const ran = await host.runShell(probe.command, probe.cwd, host.baseEnv, timeoutMs, signal, owner)
  if (!ran.ran) return { answer: 'broken', detail: shortened(`it could not run: ${ran.why}`) }
  const answer = readExit(ran.exitCode, ran.signal)
  const how = ran.signal ?? `exit ${ran.exitCode}`
  const said = ran.output.trim().split('\n').at(-1) ?? ''
  return { answer, detail: shortened(said === '' ? how : `${how}: ${said}`) }
}

async function lookAtFile(path: string): Promise<Look> {
  try {
    await stat(path)
    return { answer: 'met', detail: `${path} is there` }
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { answer: 'not_yet', detail: `${path} is not there` }
    return { answer: 'broken', detail: `${path} cannot be looked at (${code ?? 'unknown'})` }
  }
}

/** Nobody there yet: a service that is still to come refuses connections. */
const notThere: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET'])

async function lookAtUrl(
  clock: Clock,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Look> {
  const over = new AbortController()
  const stop = () => over.abort()
  signal.addEventListener('abort', stop, { once: true })
  clock.sleep(timeoutMs, over.signal).then(stop)
  try {
    const answer = await fetch(url, { signal: over.signal, redirect: 'follow' })
    await answer.body?.cancel()
    return { answer: readStatus(answer.status), detail: `HTTP ${answer.status}` }
  } catch (error) {
    if (over.signal.aborted) return { answer: 'broken', detail: `no answer within ${timeoutMs} ms` }
    const code = systemCode((error as { cause?: unknown }).cause)
    const detail = shortened(`no answer (${code ?? (error as Error).message})`)
    return { answer: code !== null && notThere.has(code) ? 'not_yet' : 'broken', detail }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

const shortened = (text: string): string => text.replace(/\s+/g, ' ').slice(0, detailMax)
