// The senses of this machine: load, memory as far as our control group lets us have it, and when somebody logged in last
// typed. What a system does not tell is null, and counts as not calm where a window asks for it.

import { readFile, readdir, stat } from 'node:fs/promises'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'

import type { HostSenses } from './contract.ts'

/** `root` is where the system tells of itself: `/`, or a likeness of it. */
export const localSenses = (root = ''): HostSenses => ({
  async feel() {
    const [freeMemory, idleMs] = await Promise.all([freePart(root), idleSince(root)])
    const [minute = 0] = loadavg()
    const loadPerCore = process.platform === 'win32' ? null : minute / availableParallelism()
    return { loadPerCore, freeMemory, idleMs }
  },
})

/** The smaller of what the machine and what our control group have left. */
async function freePart(root: string): Promise<number | null> {
  const parts = [await freeOfMachine(root), await freeOfGroup(root)].filter((one) => one !== null)
  return parts.length === 0 ? null : Math.min(...parts)
}

async function freeOfMachine(root: string): Promise<number | null> {
  const text = await textOf(`${root}/proc/meminfo`)
  const kb = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text ?? '')?.[1])
  const free = kb('MemAvailable') / kb('MemTotal')
  return Number.isFinite(free) ? free : freemem() / totalmem()
}

/** Version 2, then 1. What the group may give back (files nobody uses) counts as free. */
async function freeOfGroup(root: string): Promise<number | null> {
  const own = /^0::(\/.*)$/m.exec((await textOf(`${root}/proc/self/cgroup`)) ?? '')?.[1] ?? '/'
  return (
    (await freeIn(
      `${root}/sys/fs/cgroup${own}`,
      'memory.max',
      'memory.current',
      'inactive_file',
    )) ??
    (await freeIn(`${root}/sys/fs/cgroup`, 'memory.max', 'memory.current', 'inactive_file')) ??
    (await freeIn(
      `${root}/sys/fs/cgroup/memory`,
      'memory.limit_in_bytes',
      'memory.usage_in_bytes',
      'total_inactive_file',
    ))
  )
}

async function freeIn(
  dir: string,
  max: string,
  current: string,
  unused: string,
): Promise<number | null> {
  const most = Number((await textOf(`${dir}/${max}`))?.trim())
  const used = Number((await textOf(`${dir}/${current}`))?.trim())
  // `max`, or version 1's number beyond all memory, is no limit.
  if (!Number.isFinite(most) || !Number.isFinite(used) || most <= 0 || most > totalmem())
    return null
  const stats = (await textOf(`${dir}/memory.stat`)) ?? ''
  const spare = Number(new RegExp(`^${unused} (\\d+)`, 'm').exec(stats)?.[1] ?? 0)
  return Math.max(0, Math.min(1, (most - used + spare) / most))
}

/** How long ago a terminal of somebody logged in was last typed at. */
async function idleSince(root: string): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const lines = (await loggedInLines(root)) ?? (await terminals(root))
  if (lines === null) return null
  let last = Number.NEGATIVE_INFINITY
  for (const line of lines) {
    try {
      last = Math.max(last, (await stat(`${root}/dev/${line}`)).atimeMs)
    } catch {
      // A session that left no terminal behind types nothing.
    }
  }
  return last === Number.NEGATIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : Math.max(0, Date.now() - last)
}

const utmpRecordBytes = 384
const userProcess = 7

/** The terminals of whoever is logged in, as utmp tells; null where there is none. */
async function loggedInLines(root: string): Promise<string[] | null> {
  try {
    const records = await readFile(`${root}/run/utmp`)
    const lines: string[] = []
    for (let at = 0; at + utmpRecordBytes <= records.length; at += utmpRecordBytes) {
      if (records.readInt16LE(at) !== userProcess) continue
      const line = records.toString('latin1', at + 8, at + 40).split('\0')[0] ?? ''
      if (line !== '' && !line.startsWith(':')) lines.push(line)
    }
    return lines
  } catch {
    return null
  }
}

/** Every pseudo terminal, where nobody keeps utmp any more. */
async function terminals(root: string): Promise<string[] | null> {
  try {
    return (await readdir(`${root}/dev/pts`))
      .filter((one) => /^\d+$/.test(one))
      .map((one) => `pts/${one}`)
  } catch {
    return null
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return null
  }
}
