// `npm start`: a fleet in a scratch folder works on this very checkout, without any model account. Everything is done
// by the `midwatch` command as a person would type it; here it is only typed.

import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type DemoTask, demoTasks } from './demo/tasks.ts'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const binary = join(root, 'bin/midwatch.mjs')
/** The checkout's own tools first, so that the tasks find tsc and biome however this was started. */
const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)

const configuration = `\
# The demo's fleet. \`midwatch init\` writes a longer one with more comments.
name: demo
slots: 2
# How long a task waits after its first, second … failure. Shortened for the demo; usual is 30s, 1m, 2m, 5m, 10m.
backoff: [2s]
agents:
  shell:
    adapter: command
    tier: light
    slots: 2
`

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Runs a program with its output on ours, or gathered; answers exit code and output. */
function run(
  program: string,
  args: readonly string[],
  gather: boolean,
): Promise<{ code: number; out: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: path }
    const child = spawn(program, args, {
      cwd: root,
      env,
      stdio: ['ignore', gather ? 'pipe' : 'inherit', 'inherit'],
    })
    let out = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, out }))
  })
}

/** One call of the command line. Throws when it fails. */
async function midwatch(args: readonly string[], gather = false): Promise<string> {
  const { code, out } = await run(process.execPath, [binary, ...args], gather)
  if (code !== 0) throw new Error(`\`midwatch ${args[0]}\` ended with exit code ${code}`)
  return out
}

const say = (text = ''): void => console.log(text)

async function makeFleet(): Promise<string> {
  if (!existsSync(join(root, 'dist/main.js')))
    await run(process.execPath, [join(root, 'scripts/build.ts')], false)
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-demo-'))
  await midwatch(['init', dir], true)
  writeFileSync(join(dir, 'midwatch.yaml'), configuration)
  mkdirSync(join(dir, 'results'))
  return dir
}

/** Adds every task; answers their ids by name. */
async function addAll(dir: string): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>()
  for (const task of demoTasks(join(dir, 'results'), quote)) {
    const after = (task.after ?? []).map((name) => String(ids.get(name)))
    const added = await midwatch(
      ['add', task.title, ...optionsOf(task, after), '--fleet', dir, '--json'],
      true,
    )
    const { id } = (JSON.parse(added) as { task: { id: number } }).task
    ids.set(task.name, id)
    say(`  ${id}  ${task.title}${noteOf(task, after)}`)
  }
  return ids
}

const optionsOf = (task: DemoTask, after: readonly string[]): string[] => [
  '--run',
  task.run,
  ...(task.verify ? ['--verify', task.verify] : []),
  ...(after.length > 0 ? ['--after', after.join(',')] : []),
  ...(task.priority ? ['--priority', String(task.priority)] : []),
  ...(task.attempts ? ['--attempts', String(task.attempts)] : []),
]

function noteOf(task: DemoTask, after: readonly string[]): string {
  const notes = [
    ...(after.length > 0 ? [`after ${after.join(', ')}`] : []),
    ...(task.verify ? ['with a check'] : []),
  ]
  return notes.length > 0 ? ` (${notes.join('; ')})` : ''
}

/** Where a program lies on the PATH, or null. */
function onPath(program: string): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program))
  return places.find(isProgram) ?? null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function tellNext(dir: string, ids: ReadonlyMap<string, number>): void {
  const [retried, report] = [ids.get('size'), ids.get('report')]
  say(`\nResults: ${dir}/results (report.md is the last one)`)
  say(`Logs:    ${dir}/.midwatch/attempts/<attempt>/out and err\n`)
  say('Look around, in this checkout:')
  say(
    `  npx midwatch show ${retried} --fleet ${dir}     the attempts of the task that failed first`,
  )
  say(`  npx midwatch logs ${report} --fleet ${dir}     what the last one printed`)
  say(`  npx midwatch facts --fleet ${dir}      everything that happened, in order\n`)
  const claude = onPath('claude')
  if (claude === null) {
    say('With Claude Code on the PATH, `npx midwatch init DIR` sets it up as an agent.')
    return
  }
  say(`Claude Code is here (${claude}). To let it work on a project of yours:`)
  say('  npx midwatch init ~/project              finds it and writes midwatch.yaml')
  say(
    '  npx midwatch add "Mend the flaky test" --fleet ~/project --cwd ~/project --agent claude --prompt "…"',
  )
  say('  npx midwatch up --fleet ~/project')
}

const dir = await makeFleet()
say(`A fleet in ${dir}: one agent, \`shell\`, that runs two commands at once. Its tasks:\n`)
const ids = await addAll(dir)
say('\nmidwatch up --until-idle\n')
const up = await run(process.execPath, [binary, 'up', '--until-idle', '--fleet', dir], false)
say('\nmidwatch list\n')
await midwatch(['list', '--fleet', dir])
tellNext(dir, ids)
// Like `up --until-idle` itself: 0 when every task is done. A checkout with a type error in it ends with 1.
process.exitCode = up.code
