// Sends mails by key with the real program over a real SMTP server, kills the sender with SIGKILL at a moment of the
// conversation, lets two callers at once settle what became of it, and counts what lies in the mailbox.

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'

import { type Imap, startImap } from '../../support/imap.ts'
import { headersOf, mailsIn, type Smtp, type Stage, startSmtp } from '../../support/smtp.ts'
import { environment } from '../../surface/cli/binary.ts'

/** Where the sender dies: in the conversation, or this long after the server's last word. */
export const deaths = ['rcpt', 'data', 'stored', 'answered', 'answered late'] as const
export type Death = (typeof deaths)[number]

export interface Run {
  readonly number: number
  readonly death: Death
  /** Whether the kill found the sender alive. */
  readonly killed: boolean
  /** The state that the dead sender left. */
  readonly left: string
  /** Mails of this key in the mailbox when the sender was dead, and in the end. */
  readonly before: number
  readonly mails: number
}

export interface Outcome {
  readonly runs: readonly Run[]
  /** How many mails the IMAP server counts in all, without the first. */
  readonly counted: number
  readonly broken: readonly string[]
  readonly tookMs: number
}

interface Place {
  readonly binary: string
  readonly dir: string
  readonly imap: Imap
  readonly smtp: Smtp
  /** Who is to be killed, by the address that its mail goes to. */
  readonly marked: Map<string, { readonly death: Death; kill: () => void }>
}

const lateMs = 12

/** `binary` is the path of a built midwatch. */
export async function runMailCampaign(options: {
  readonly binary: string
  readonly runs: number
  readonly atOnce: number
  readonly onRun?: (run: Run) => void
}): Promise<Outcome> {
  const began = performance.now()
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-mail-campaign-'))
  const imap = await startImap()
  const smtp = await startSmtp({ maildir: imap.inbox, user: 'u', password: 'p' })
  const stage: Place = { binary: options.binary, dir, imap, smtp, marked: new Map() }
  smtp.at = (at, to) => strike(stage, at, to)
  writeFileSync(join(dir, 'midwatch.yaml'), configuration(smtp.port, imap.port))
  try {
    await send(stage, 0) // a folder that has shown a mail of ours can show that one is missing
    const runs = await inParallel(options.runs, options.atOnce, async (number) => {
      const run = await oneRun(stage, number)
      options.onRun?.(run)
      return run
    })
    const counted = (await countByImap(imap)) - 1
    const broken = runs.flatMap((run) => brokenBy(run))
    if (counted !== runs.length)
      broken.push(`the IMAP server counts ${counted} mails of ${runs.length}`)
    return { runs, counted, broken, tookMs: performance.now() - began }
  } finally {
    await smtp.close()
    await imap.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function strike({ marked }: Place, at: Stage, to: string): void {
  const victim = marked.get(to)
  if (victim === undefined) return
  if (victim.death === at) victim.kill()
  if (victim.death === 'answered late' && at === 'answered')
    setTimeout(victim.kill, Math.random() * lateMs)
}

async function oneRun(stage: Place, number: number): Promise<Run> {
  const death = deaths[number % deaths.length] ?? 'stored'
  const sender = start(stage, number)
  let killed = false
  stage.marked.set(addressOf(number), {
    death,
    kill: () => {
      killed = sender.child.exitCode === null && sender.child.kill('SIGKILL')
    },
  })
  await sender.ended
  stage.marked.delete(addressOf(number))
  const left = stateOf(stage, number)
  const before = mailsOf(stage, number)
  const codes = await Promise.all([send(stage, number), send(stage, number)])
  for (let tried = 0; codes.some((code) => code !== 0) && tried < 5; tried++)
    codes.fill(await send(stage, number))
  if (codes.some((code) => code !== 0)) throw new Error(`run ${number} ended with ${codes.join()}`)
  return { number, death, killed, left, before, mails: mailsOf(stage, number) }
}

function brokenBy({ number, death, mails }: Run): string[] {
  return mails === 1 ? [] : [`run ${number}, killed at ${death}: ${mails} mails`]
}

const addressOf = (number: number): string => `run-${number}@example.org`
const mailsOf = ({ imap }: Place, number: number): number =>
  headersOf(mailsIn(imap.inbox), 'To').filter((to) => to === addressOf(number)).length

function start(stage: Place, number: number) {
  const args = ['effect', 'send', 'office', `mail ${number}`, '--key', `run:${number}`]
  const child = spawn(
    process.execPath,
    [stage.binary, ...args, '--to', addressOf(number), '--wait', '30s'],
    { cwd: stage.dir, env: environment(), stdio: 'ignore' },
  )
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  return { child, ended }
}
const send = (stage: Place, number: number): Promise<number | null> => start(stage, number).ended

function stateOf({ binary, dir }: Place, number: number): string {
  try {
    const args = [binary, 'effect', 'show', `run:${number}`, '--json']
    const options = { cwd: dir, env: environment(), encoding: 'utf8', stdio: 'pipe' } as const
    return JSON.parse(execFileSync(process.execPath, args, options)).effect.state
  } catch {
    return 'none'
  }
}

async function countByImap({ port, user, password }: Imap): Promise<number> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user, pass: password },
    logger: false,
  })
  await client.connect()
  const { messages = -1 } = (await client.status('INBOX', { messages: true })) || {}
  await client.logout()
  return messages
}

async function inParallel<T>(
  count: number,
  atOnce: number,
  one: (number: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 1
  const lane = async () => {
    while (next <= count) results.push(await one(next++))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

const configuration = (smtp: number, imap: number): string => `
agents: { shell: { adapter: command } }
effects:
  channels:
    office:
      kind: mail
      from: fleet@example.org
      to: [ann@example.org]
      smtp: { host: 127.0.0.1, port: ${smtp}, user: u, password: p }
      imap: { host: 127.0.0.1, port: ${imap}, user: bob, password: pw }
      settle: 1s
`
