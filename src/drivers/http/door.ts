// Finds the API and the page of a fleet from outside, with the rights of whoever may read its access file, and shows it in a browser.

import { spawn } from 'node:child_process'

import { failed, systemCode } from '../../base/errors.ts'
import type { Door, Place } from './contract.ts'
import { readPlace } from './place.ts'

export interface DoorOptions {
  readonly placeFile: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly operator: () => string
  readonly renew: () => void
}

export function doorOf({ placeFile, env, operator, renew }: DoorOptions): Door {
  return {
    place() {
      const place = readPlace(placeFile)
      return place !== null && lives(place.pid) ? place : null
    },
    link: (place, ticket) => askForLink(place, operator(), ticket),
    renew,
    show: (url) => showIn(env, url),
  }
}

const patienceMs = 5_000

async function askForLink(
  { url }: Place,
  token: string,
  ticket: { role: string; by: string },
): Promise<string> {
  const response = await fetch(`${reachable(url)}/api/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(ticket),
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: unknown) => {
    throw noAnswer(url, error)
  })
  const said = (await response.json().catch(() => null)) as { path?: string } | null
  if (!response.ok || typeof said?.path !== 'string') throw noAnswer(url, said)
  return `${reachable(url)}${said.path}`
}

/** What listens everywhere is asked here. */
const reachable = (url: string): string =>
  url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')

const noAnswer = (url: string, cause: unknown) =>
  failed(
    'open.no_answer',
    `the page at ${url} does not answer`,
    '`midwatch status` says whether the dispatcher runs',
    cause,
  )

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

function showIn(env: DoorOptions['env'], url: string): Promise<boolean> {
  const desktop = process.platform === 'darwin' || env['DISPLAY'] || env['WAYLAND_DISPLAY']
  if (!desktop) return Promise.resolve(false)
  return new Promise((resolve) => {
    const program = env['BROWSER'] ?? (process.platform === 'darwin' ? 'open' : 'xdg-open')
    const child = spawn(program, [url], { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
