// A bubblewrap sandbox around one session of the launcher `local`: a read-only system, its own folder and the attempt's
// writable, no home but what its client keeps, a /tmp and a process table of its own, and the network or none. The wrapper
// stays outside; within, a shell as small as it marks that the sandbox stands, and tells how the program died. Pure.

import type { Bounds } from '../contract.ts'
import { wrapperName, type WrapperOrder, wrapperShell } from './wrapper.ts'

/** The file of the attempt's folder that keeps the sandbox's arguments: that there was one, and which. */
export const sandboxFileName = 'sandbox'

/**
 * What runs inside. bubblewrap tells a death by signal as 128 and the signal, so this shell's own words (`Killed`) go to
 * the ticket, as the wrapper's do. Its variables begin with `mw_`.
 */
export const insideText = `
mw_dir=$1
shift 2
[ -z "\${BASH_VERSION-}" ] || command set +o posix 2>/dev/null
exec 9>&2 2>>"$mw_dir/ticket"
trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
(
  trap 'echo "unexecuted $? end" >>"$mw_dir/ticket"' EXIT
  echo "inside end" >>"$mw_dir/ticket" || exit 74
  exec "$@"
) 2>&9 9>&-
exit $?
`

/** Signals that end bubblewrap's watcher, which is to live until its sandbox is over; in the sandbox they mean what they do. */
const spared = 'HUP,INT,QUIT,TERM'

/** Folders of which a sandbox has its own, empty. */
export const hiddenFolders = ['/tmp', '/var/tmp', '/run', '/home', '/root']

/** What names are resolved by where /etc says that it lies in /run. */
const resolvers = ['/run/systemd/resolve', '/run/NetworkManager', '/run/resolvconf', '/run/connman']

/**
 * Arguments of bubblewrap. `writes` are whole paths that are there: the session's folder among them. `empty` are the folders
 * it gets anew.
 */
export function sandboxArguments(
  bounds: Bounds,
  cwd: string,
  writes: readonly string[],
  empty: readonly string[],
): string[] {
  const { launching } = bounds
  const sandbox = launching.kind === 'local' ? launching.sandbox : null
  const { network = true, writable = [], readable = [] } = sandbox ?? {}
  return [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...empty.flatMap((path) => ['--tmpfs', path]),
    ...resolvers.flatMap((path) => ['--ro-bind-try', path, path]),
    ...bounds.reads.flatMap((path) => ['--ro-bind-try', path, path]),
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    ...bounds.writes.flatMap((path) => ['--bind-try', path, path]),
    ...[...writable, ...writes].flatMap((path) => ['--bind', path, path]),
    ...['--unshare-pid', '--as-pid-1', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(network ? [] : ['--unshare-net']),
    ...['--cap-drop', 'ALL', '--new-session', '--chdir', cwd],
  ]
}

/** The command that runs `command` in a sandbox. */
export const inSandbox = (
  bwrap: readonly string[],
  { attemptDir, nonce }: Pick<WrapperOrder, 'attemptDir' | 'nonce'>,
  command: readonly string[],
): string[] => [
  ...['/usr/bin/env', `--ignore-signal=${spared}`, 'bwrap', ...bwrap],
  ...['/usr/bin/env', `--default-signal=${spared}`],
  ...[wrapperShell, '-c', insideText, wrapperName, attemptDir, nonce, ...command],
]

/** Whether a command line is part of the sandbox rather than of what runs in it; the shell inside is known as a wrapper. */
export const isSandboxCommand = ([program = '', flag = '']: readonly string[]): boolean =>
  /(^|\/)bwrap$/.test(program) ||
  (program.endsWith('/env') && /^--(ignore|default)-signal=/.test(flag))
