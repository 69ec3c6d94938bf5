// Hosts of their own network: one namespace each, joined by a bridge on which the database listens. A host is cut off by
// taking its cable out at the bridge: it keeps its address, and nobody answers. Root alone may do this; everything is
// gone with the namespace that the campaign runs in.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

export interface Network {
  /** Where the database listens. */
  readonly bridge: string
  /** The words before a command that runs it on this host. */
  on(host: number): readonly string[]
  cut(host: number): void
  mend(host: number): void
}

/** Why this machine can lay no such network; null where it can. */
export function noNetwork(): string | null {
  if (process.getuid?.() !== 0) return 'only root may make network namespaces'
  const tried = spawnSync('unshare', ['-n', '-m', 'ip', 'link', 'add', 'br0', 'type', 'bridge'])
  return tried.status === 0
    ? null
    : 'no network namespaces here (`unshare -n`, `ip link add … type bridge`)'
}

const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: 'pipe' })

/** Lays it for so many hosts, numbered from 1. To be called within `unshare -n -m`. */
export function layNetwork(hosts: number): Network {
  mkdirSync('/run/netns', { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run/netns'])
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'br0', 'type', 'bridge')
  ip('link', 'set', 'br0', 'up')
  ip('addr', 'add', '10.9.0.1/24', 'dev', 'br0')
  for (let host = 1; host <= hosts; host++) {
    ip('netns', 'add', `h${host}`)
    ip('link', 'add', `v${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `h${host}`)
    ip('link', 'set', `v${host}`, 'master', 'br0', 'up')
    ip('-n', `h${host}`, 'addr', 'add', `10.9.0.1${host}/24`, 'dev', 'eth0')
    for (const one of ['eth0', 'lo']) ip('-n', `h${host}`, 'link', 'set', one, 'up')
  }
  return {
    bridge: '10.9.0.1',
    on: (host) => ['ip', 'netns', 'exec', `h${host}`],
    cut: (host) => ip('link', 'set', `v${host}`, 'down'),
    mend: (host) => ip('link', 'set', `v${host}`, 'up'),
  }
}
