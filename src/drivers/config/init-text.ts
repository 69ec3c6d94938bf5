// The configuration that `midwatch init` writes: complete enough to work at once, commented enough to be the manual.

/** An agent client found on this machine. */
export interface FoundClient {
  readonly adapter: string
  readonly path: string
}

/** The text of a new midwatch.yaml. `found` lists the supported clients on the PATH. */
export function initText(name: string, found: readonly FoundClient[]): string {
  return [head(name), agentsHead, shell, ...clientBlocks(found), ''].join('\n')
}

const head = (name: string): string => `\
# yaml-language-server: $schema=.midwatch/midwatch.schema.json
#
# A Midwatch fleet. \`midwatch up\` works on its tasks and re-reads this file when it changes; a mistake here keeps the
# last good configuration and shows in \`midwatch status\`. Durations have a unit: 30s, 10m, 2h.

name: ${plainScalar(name)}

# Where tasks are kept: sqlite (below .midwatch/), or a postgres:// address for a fleet of several hosts.
store: sqlite

# Attempts at once on this host, over all agents.
slots: 4

# How strong agents are, from highest to lowest. A task that asks for a tier is never taken by a lower one.
tiers: [frontier, standard, light]

# How often a task may fail before it settles as failed, and the waits between its attempts.
attempts: 5
backoff: [30s, 1m, 2m, 5m, 10m]

# Uncommented, these are the defaults.
# limits:
#   attempt: 2h       # how long one attempt may run; \`midwatch add --timeout\` says otherwise for one task
#   stopGrace: 10s    # from SIGTERM to SIGKILL
#   check: 15m        # how long a task's --verify command may run
# schedules:                  # what is wanted again and again; \`midwatch schedule list\`
#   nightly:
#     cron: "30 3 * * mon-fri"
#     timezone: Europe/Berlin
#     run: ./nightly.sh
#     catchUp: latest         # what passed while nothing ran: latest, all or skip
# launcher:           # who starts sessions; docs/launchers.md tells of all of it. An agent may have one of its own
#   kind: local       # or systemd (memory: 4G, cpus: 2, tasks: 512), or container (image: NAME, memory: 4G)
#   sandbox: true     # local: a read-only system, its own folder writable, no other home (needs bubblewrap)
# http:
#   listen: 127.0.0.1:4704   # API and page; off for none. \`midwatch open\` signs a browser in
`

/** Quoted where YAML would take the name for something else than text. */
const plainScalar = (name: string): string =>
  /^[A-Za-z]/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : `"${name}"`

const agentsHead = `\
# Who makes attempts. A session works in the folder its task names. What it may do there:
#   permissions: plan   read and think, change nothing
#   permissions: edit   change files and run tools in its folder, without asking
#   permissions: full   everything the user may who runs \`midwatch up\`; only where a mistake can do no harm
# Values of \`env\` may refer to variables of the daemon as \${NAME}; one that is not set is refused, never guessed.
agents:`

const shell = `\
  # Runs the command of tasks added with --run.
  shell:
    adapter: command
    tier: light
    slots: 2`

interface KnownClient {
  readonly adapter: string
  readonly comment: string
  readonly settings: readonly string[]
}

/** Clients that init looks for on the PATH; each adapter but `command` has its row. */
const clients: readonly KnownClient[] = [
  known(
    'claude',
    'Claude Code, without a screen. It uses the login of the user who runs `midwatch up`.',
  ),
  known('codex', 'OpenAI Codex (`codex exec`). `edit` is its own sandbox, without network.'),
  known('gemini', 'Gemini CLI, without a screen.'),
  known(
    'opencode',
    'opencode (`opencode run`). Name the service behind its model with `provider:`.',
  ),
  known('qwen', 'Qwen Code, without a screen.'),
  known('copilot', 'GitHub Copilot CLI, without a screen.'),
  known('goose', 'goose (`goose run`). It has no sandbox: `edit` means `full`.'),
  known('aider', 'aider, one message at a time. It commits what it changes.'),
]

function known(adapter: string, comment: string): KnownClient {
  const settings = [`adapter: ${adapter}`, 'tier: standard', 'slots: 1', 'permissions: edit']
  return { adapter, comment, settings }
}

/** The adapters whose clients are looked for, which is also the name of their program. */
export const clientAdapters: readonly string[] = clients.map((c) => c.adapter)

/** Found clients are configured. Of the others the first stays as a comment to copy, the rest are named. */
function clientBlocks(found: readonly FoundClient[]): string[] {
  const here = clients.filter((c) => found.some((f) => f.adapter === c.adapter))
  const [example, ...others] = clients.filter((c) => !here.includes(c))
  return [
    ...here.map((c) => block(c, found.find((f) => f.adapter === c.adapter)?.path ?? null)),
    ...(example === undefined ? [] : [block(example, null)]),
    ...(others.length === 0
      ? []
      : [
          '',
          `  # Not found either, and written alike: ${others.map((c) => c.adapter).join(', ')}.`,
        ]),
  ]
}

/** `path` is null for a client that is not here. */
function block({ adapter, comment, settings }: KnownClient, path: string | null): string {
  const mark = path === null ? '# ' : ''
  const why = path === null ? `Not found on the PATH: ${comment}` : `${comment} Found at ${path}.`
  return ['', `  # ${why}`, `  ${mark}${adapter}:`, ...settings.map((s) => `  ${mark}  ${s}`)].join(
    '\n',
  )
}
