// The shape of midwatch.yaml. One description serves three readers: the validator, the JSON schema for editors, and
// the defaults. Durations stay text here; `fleet-config.ts` turns the shape into the house's FleetConfig.

import { z } from 'zod'

import { durationPattern } from '../../base/duration.ts'
import { permissionLevels } from '../../model/agent.ts'
import { effectsShape, knownEffectKeys, notifyShape } from './sections/effects.ts'
import { workspaceKinds } from '../../model/workspace.ts'
import { httpShape } from './sections/http.ts'
import { budgetShape } from './sections/budget.ts'
import { sensorShape } from './sections/sensors.ts'
import { scheduleShape } from './sections/schedules.ts'
import { launcherShape } from './sections/launcher.ts'
import { reportShape } from './sections/report.ts'
import { keepShape } from './sections/keep.ts'
import { deadmanShape, expectShape } from './sections/expect.ts'
import { sentinelShape } from './sections/sentinel.ts'
import { capsShape, windowShape } from './sections/windows.ts'

/** The adapters a configuration may name. */
export const adapterNames = [
  'command',
  'claude',
  'codex',
  'gemini',
  'opencode',
  'qwen',
  'copilot',
  'goose',
  'aider',
] as const

/** Names appear in lanes, file names and tables, so they are short and plain. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

const nameRule =
  'must be 1 to 63 letters, digits, dots, dashes or underscores, and begin with a letter or digit'
const durationRule = 'must be a duration such as 30s, 10m or 2h'

const name = z.string().regex(namePattern, nameRule)
const duration = z.string(durationRule).regex(durationPattern, durationRule)
const wholeNumber = (least: number, most: number) =>
  z
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)

const environment = (what: string) =>
  z
    .record(
      z.string().regex(variablePattern, 'must be the name of an environment variable'),
      z.string(),
    )
    .optional()
    .describe(what)

const agentShape = z.strictObject({
  adapter: z.enum(adapterNames).describe('Which command-line client this agent drives.'),
  model: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('Model name, as the client wants it.'),
  tier: name.optional().describe('One of the tiers above; the lowest when left out.'),
  roles: z.array(name).optional().describe('Roles this agent can play; a task may ask for one.'),
  onlyLabels: z.array(name).optional().describe('Take only tasks that carry one of these labels.'),
  onlyHosts: z
    .array(name)
    .optional()
    .describe('Work only on hosts of one of these names or labels.'),
  slots: wholeNumber(1, 1_000)
    .optional()
    .describe('Attempts of this agent at once, over all hosts.'),
  permissions: z
    .enum(permissionLevels)
    .optional()
    .describe('plan: read and plan only; edit: work in its folder; full: everything the user may.'),
  program: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('Program to run instead of the adapter’s own.'),
  args: z
    .array(z.string())
    .optional()
    .describe('command only: arguments; {prompt}, {prompt_file}, {cwd} and {title} are filled in.'),
  env: environment(
    'Environment of its sessions; a name in dollar and braces takes a variable of the daemon, which must be set.',
  ),
  timeout: duration.optional().describe('How long one attempt may run, instead of limits.attempt.'),
  silence: duration
    .optional()
    .describe(
      'How long it may stand still; without it, plain programs may for as long as they run.',
    ),
  provider: name
    .optional()
    .describe('The service behind its client, such as openrouter; the client’s own when left out.'),
  account: name
    .optional()
    .describe('The credential it uses: agents with the same account stop and go together.'),
  workspace: z
    .enum(workspaceKinds)
    .optional()
    .describe(
      'dir: the task’s folder; worktree: a git worktree and branch for each task; none: an empty folder.',
    ),
  accounts: z
    .array(name)
    .min(1, 'must name at least one account')
    .optional()
    .describe('Several of the accounts above, the preferred one first; it takes one that works.'),
  fallbackModels: z
    .array(z.string().min(1, 'must not be empty'))
    .optional()
    .describe('Models to go on with where the service does not have `model`.'),
  startsInRow: wholeNumber(5, 10)
    .optional()
    .describe('Starts in a row that may fail before it rests; 5 when left out.'),
  cooldown: duration.optional().describe('How long it rests then; 30m when left out.'),
  launcher: launcherShape
    .optional()
    .describe('Who starts its sessions, instead of `launcher` above.'),
})

const accountShape = z.strictObject({
  provider: name
    .optional()
    .describe('The service it is an account of; the client’s own when left out.'),
  home: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('The client’s own folder for this account, in which it was logged in.'),
  env: environment(
    'Environment of its sessions, such as a key; a name in dollar and braces takes a variable.',
  ),
  envFiles: environment(
    'Variables whose values lie in files, read anew at every start; paths by variable.',
  ),
  test: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('A shell command that tells for free whether the account works: exit 0 says yes.'),
})

const limitsShape = z.strictObject({
  attempt: duration.optional().describe('How long one attempt may run.'),
  stopGrace: duration.optional().describe('From SIGTERM to SIGKILL; at least 5s.'),
  confirm: duration.optional().describe('How long a start may stay unproven.'),
  lease: duration.optional().describe('How long a claim is good without renewal.'),
  leaseGrace: duration
    .optional()
    .describe('How long after the lease’s end a loss may first be recorded.'),
  check: duration.optional().describe('How long a task’s --verify command may run.'),
  silence: duration
    .optional()
    .describe('How long a client may stand still: no output, no report, no CPU.'),
  firstWord: duration.optional().describe('The same until its model’s first word.'),
  linger: duration
    .optional()
    .describe('How long a session may idle after its last word before it is ended.'),
  poll: duration.optional().describe('Longest time between two looks at the database.'),
})

export const fileShape = z
  .strictObject({
    name: name.optional().describe('Name of the fleet; the folder’s name when left out.'),
    store: z
      .string()
      .regex(
        /^(sqlite|postgres(ql)?:\/\/.+|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/,
        'must be `sqlite` or a postgres:// address',
      )
      .optional()
      .describe(
        'sqlite (below .midwatch/) or a postgres:// address; a name in dollar and braces takes a variable.',
      ),
    slots: wholeNumber(1, 10_000)
      .optional()
      .describe('Attempts at once on one host, over all agents.'),
    hostLabels: z
      .array(name)
      .optional()
      .describe('What this host is good for; see onlyHosts of agents.'),
    tiers: z
      .array(name)
      .min(1, 'must name at least one tier')
      .optional()
      .describe('From highest to lowest.'),
    attempts: wholeNumber(1, 100)
      .optional()
      .describe('Charged attempts of a task before it settles as failed.'),
    backoff: z
      .array(duration)
      .min(1, 'must have at least one duration')
      .optional()
      .describe(
        'Waits after the first, second … ending that leaves a task unsettled; the last repeats.',
      ),
    unchargedPerDay: wholeNumber(1, 1_000)
      .optional()
      .describe('Attempts within 24 h that cost the task nothing, before it is held.'),
    notify: notifyShape.optional().describe('Who is told of incidents.'),
    effects: effectsShape
      .optional()
      .describe('What is done to the outside world, each thing once.'),
    budget: budgetShape.optional().describe('Prices, and what may be spent.'),
    sensors: z.record(name, sensorShape).optional().describe('Who looks at the world.'),
    schedules: z
      .record(name, scheduleShape)
      .optional()
      .describe('What is wanted again and again, by the clock.'),
    launcher: launcherShape.optional().describe('Who starts sessions, and what bounds them.'),
    report: reportShape.optional().describe('The morning report, sent by the clock.'),
    keep: keepShape.optional().describe('How long what is over is kept.'),
    expect: expectShape.optional().describe('What must have happened, else people are told.'),
    deadman: deadmanShape.optional().describe('Pinged while all is well.'),
    sentinel: sentinelShape.optional().describe('How the dispatcher is watched from outside.'),
    limits: limitsShape.optional().describe('Time limits.'),
    accounts: z
      .record(name, accountShape)
      .optional()
      .describe('Credentials with their quota, by name; secrets are variables or files.'),
    http: httpShape.optional().describe('API and page.'),
    windows: z.record(name, windowShape).optional().describe('Calm windows, by name; see --calm.'),
    caps: capsShape.optional().describe('Attempts under way at once, at most.'),
    agents: z.record(name, agentShape).describe('Who makes attempts, by name.'),
  })
  .describe('Configuration of a Midwatch fleet')

export type FileShape = z.infer<typeof fileShape>
export type AgentShape = z.infer<typeof agentShape>
export type AccountShape = z.infer<typeof accountShape>

/** Every key that is known below a path, for the nearest spelling. Names of agents and variables count as `*`. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(fileShape.shape)
  if (path[0] === 'sensors' && path.length === 2) return Object.keys(sensorShape.shape)
  if (path[0] === 'schedules' && path.length === 2) return Object.keys(scheduleShape.shape)
  if (path[0] === 'budget' && path.length === 1) return Object.keys(budgetShape.shape)
  if (path[0] === 'report' && path.length === 1) return Object.keys(reportShape.shape)
  if (path[0] === 'keep' && path.length === 1) return Object.keys(keepShape.shape)
  if (path[0] === 'expect' && path.length === 1) return Object.keys(expectShape.shape)
  if (path[0] === 'deadman' && path.length === 1) return Object.keys(deadmanShape.shape)
  if (path[0] === 'sentinel' && path.length === 1) return Object.keys(sentinelShape.shape)
  if (path[0] === 'limits' && path.length === 1) return Object.keys(limitsShape.shape)
  if (path[0] === 'accounts' && path.length === 2) return Object.keys(accountShape.shape)
  if (path[0] === 'windows' && path.length === 2) return Object.keys(windowShape.shape)
  if (path[0] === 'caps' && path.length === 1) return Object.keys(capsShape.shape)
  if (path[0] === 'http' && path.length === 1) return Object.keys(httpShape.shape)
  if (path.at(-1) === 'launcher') return Object.keys(launcherShape.shape)
  if (path[0] === 'agents' && path.length === 2) return Object.keys(agentShape.shape)
  return knownEffectKeys(path)
}
