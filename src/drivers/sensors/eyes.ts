// The sensors that come along, and programs of yours. A program's output is its standard output; exit 0 counts.

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'

import type { Clock } from '../../base/clock.ts'
import { formatDuration } from '../../base/duration.ts'
import { isoTime } from '../../base/when.ts'
import type { GithubView, SensorSource } from '../../model/sensor.ts'
import { taskOfBranch } from '../../model/workspace.ts'
import type { Eyes, Looked } from './contract.ts'

export interface EyesOptions {
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
}

const outputMax = 4_000_000
const filesMax = 200
const promptMax = 100_000

export const localEyes = (options: EyesOptions): Eyes => ({
  async look(source, timeoutMs, signal) {
    try {
      return await lookAt(options, source, timeoutMs, signal)
    } catch (error) {
      return { looked: false, why: (error as Error).message }
    }
  },
})

async function lookAt(
  options: EyesOptions,
  source: SensorSource,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Looked> {
  const run = (program: string, args: readonly string[]) =>
    output(options, program, args, timeoutMs, signal)
  const path = (text: string) => (isAbsolute(text) ? text : resolve(options.dir, text))
  switch (source.kind) {
    case 'command':
      return await run('/bin/sh', ['-c', source.run])
    case 'github':
      return await githubLook(run, source.what, source.repo)
    case 'folder':
      return said(folderLines(path(source.path)))
    case 'disk':
      return said(diskLines(path(source.path), source.freeBytes))
    case 'credential':
      return said(credentialLines(path(source.path), source.warnMs, options.clock.now()))
    case 'version': {
      const told = await run(source.program, ['--version'])
      return told.looked ? said(versionLines(source, told.text)) : told
    }
    case 'mailbox': {
      const { mailLines } = await import('./mailbox.ts')
      return said(await mailLines(source, timeoutMs, signal))
    }
  }
}

const said = (lines: readonly object[]): Looked => ({
  looked: true,
  text: lines.map((line) => JSON.stringify(line)).join('\n'),
})

function output(
  { dir, env }: EyesOptions,
  program: string,
  args: readonly string[],
  timeout: number,
  signal: AbortSignal,
): Promise<Looked> {
  return new Promise((done) => {
    const options = { cwd: dir, env, timeout, signal, maxBuffer: outputMax } as const
    const child = execFile(
      program,
      args,
      { ...options, killSignal: 'SIGKILL' },
      (error, out, err) => {
        const last = err.trim().split('\n').at(-1) ?? ''
        done(
          error === null
            ? { looked: true, text: out }
            : { looked: false, why: last === '' ? error.message : last },
        )
      },
    )
    child.stdin?.end()
  })
}

const views: Readonly<
  Record<GithubView, { readonly args: readonly string[]; readonly task: (row: Row) => object }>
> = {
  'failing-runs': {
    args: [
      'run',
      'list',
      '--status',
      'failure',
      '--json',
      'databaseId,displayTitle,workflowName,url,createdAt,headBranch',
    ],
    task: (row) => ({
      key: `run ${row['databaseId']}`,
      task: `CI failed: ${row['workflowName']}: ${row['displayTitle']}`,
      prompt: `The workflow ${row['workflowName']} failed: ${row['url']}\nFind out why with \`gh run view ${row['databaseId']} --log-failed\`, and mend it.`,
      at: row['createdAt'],
      ...fromBranch(row['headBranch']),
    }),
  },
  issues: {
    args: ['issue', 'list', '--state', 'open', '--json', 'number,title,body,url,createdAt'],
    task: (row) => ({
      key: `issue ${row['number']}`,
      task: `#${row['number']} ${row['title']}`,
      prompt: `${row['url']}\n\n${row['title']}\n\n${row['body']}`,
      at: row['createdAt'],
    }),
  },
  'pull-requests': {
    args: [
      'pr',
      'list',
      '--state',
      'open',
      '--json',
      'number,title,body,url,createdAt,headRefName',
    ],
    task: (row) => ({
      key: `pull request ${row['number']}`,
      task: `Look at #${row['number']} ${row['title']}`,
      prompt: `Review the pull request ${row['url']}\n\n${row['title']}\n\n${row['body']}`,
      at: row['createdAt'],
      ...fromBranch(row['headRefName']),
    }),
  },
}

/** A branch of ours names the task from whose work it comes. */
function fromBranch(branch: unknown): { readonly fromTask?: number } {
  const taskId = typeof branch === 'string' ? taskOfBranch(branch) : null
  return taskId === null ? {} : { fromTask: taskId }
}

type Row = Readonly<Record<string, unknown>>

async function githubLook(
  run: (program: string, args: readonly string[]) => Promise<Looked>,
  what: GithubView,
  repo: string | null,
): Promise<Looked> {
  const { args, task } = views[what]
  const found = await run('gh', [...args, ...(repo === null ? [] : ['--repo', repo])])
  if (!found.looked) return found
  const rows = JSON.parse(found.text) as unknown
  if (!Array.isArray(rows))
    return { looked: false, why: 'gh answered with something else than a list' }
  return said(rows.map((row) => task(row as Row)))
}

/** Each file is a want: its name the title, its text the order. A dot file is not finished yet. */
const folderLines = (folder: string): readonly object[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .slice(0, filesMax)
    .flatMap((name) => {
      const path = join(folder, name)
      const stat = statSync(path)
      if (!stat.isFile()) return []
      const prompt = readFileSync(path, 'utf8').slice(0, promptMax)
      const at = isoTime(Math.round(stat.mtimeMs))
      return prompt.trim() === '' ? [] : [{ key: `${name} ${at}`, task: name, prompt, at }]
    })

function diskLines(path: string, least: number): readonly object[] {
  const { bavail, bsize } = statfsSync(path)
  const free = bavail * bsize
  if (free >= least) return []
  const mb = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`
  return [{ key: path, finding: `${path} has ${mb(free)} left, less than ${mb(least)}` }]
}

/** A client that is another one than was wanted: somebody, or the client itself, brought it up to date. */
function versionLines(
  { program, wanted }: Extract<SensorSource, { kind: 'version' }>,
  told: string,
): readonly object[] {
  const [version] = /\d+(\.\d+)+[\w.-]*/.exec(told) ?? []
  if (version === undefined)
    return [{ key: program, finding: `${program} tells no version, ${wanted} was wanted` }]
  const fits = wanted.endsWith('*') ? version.startsWith(wanted.slice(0, -1)) : version === wanted
  return fits ? [] : [{ key: program, finding: `${program} is ${version}, ${wanted} was wanted` }]
}

/** The earliest `expires…` in a JSON file of credentials, in seconds, milliseconds or as a date. */
function credentialLines(path: string, warnMs: number, now: number): readonly object[] {
  const times: number[] = []
  JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) => {
    if (!/^expir/i.test(key)) return value
    const at =
      typeof value === 'number' ? (value < 1e11 ? value * 1_000 : value) : Date.parse(String(value))
    if (Number.isFinite(at)) times.push(at)
    return value
  })
  const first = Math.min(...times)
  if (times.length === 0 || first - now > warnMs) return []
  const when = first <= now ? 'has expired' : `expires in ${formatDuration(first - now)}`
  return [{ key: path, finding: `the credential in ${path} ${when}` }]
}
