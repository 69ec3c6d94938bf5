// The wrapper: the small shell script around a session. It takes the attempt's ticket exclusively, starts the program
// once, and records start and exit in the ticket. It is handed to `sh -c` as text, so an upgraded package never changes
// a script that runs. It uses shell builtins only: the program is the one process it forks (and `sleep`, once the disk
// is too full to record an exit). Tried with dash and bash as /bin/sh.

/** The name under which the wrapper and its complaints are known; its argument zero. */
export const wrapperName = 'midwatch-wrapper'

/** The shell that runs the wrapper. */
export const wrapperShell = '/bin/sh'

/**
 * Every line the script writes to the ticket ends in ` end`; a torn line is no line. What the shell itself says
 * (`Killed`, `cannot open …`) lands there too, because the ticket is its standard error.
 *
 * - The program runs in the foreground, in a subshell that execs it: in the background a POSIX shell would make it and
 *   all its descendants ignore SIGINT and SIGQUIT. Hence the subshell writes the start mark, with its own stat line.
 * - A foreground death by signal makes the shell say so (`Terminated`); a program that exits with 143 does not.
 * - `trap :` keeps the wrapper alive through a stop, so that the exit is recorded; a trapped (not ignored) signal is
 *   back to its default in the program.
 * - bash keeps silent about a SIGTERM as long as it is in POSIX mode.
 * - Its variables begin with `mw_`: an assignment to a name in the session's environment would change it there.
 * - The program does not start unless its start mark was written: what runs, runs provably.
 * - Without a program among its arguments it reads the launch file, which sets program and environment, and empties it.
 * - An exit that found no room on the disk is written when there is some, in one word with the fact that it came late: what
 *   the program wrote at its end may be missing as well.
 * - Started so by a service, it also tells how often the kernel killed for memory in its own cgroup: the service may not
 *   know (systemd and podman on cgroups of version 1), and the cgroup is gone when anybody could ask.
 */
export const wrapperText = `
mw_dir=$1 mw_nonce=$2 mw_start_by=$3 mw_boot=$4 mw_join=$5 mw_cgroup=
shift 5
if [ "$mw_join" ]; then
  { echo 0 >"$mw_join" && mw_cgroup=\${mw_join%/*}; } 2>/dev/null
fi
[ -z "\${BASH_VERSION-}" ] || command set +o posix 2>/dev/null
set -C
{ true >"$mw_dir/ticket"; } 2>/dev/null || exit 73
set +C
exec 2>>"$mw_dir/ticket"
trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
read -r mw_boot_now </proc/sys/kernel/random/boot_id
read -r mw_up mw_rest </proc/uptime
echo "wrapper $mw_nonce $$ $mw_boot $mw_cgroup end" >&2 || exit 74
if [ "$mw_boot_now" != "$mw_boot" ]; then
  echo "refused the machine was booted again since the order was given end" >&2
  exit 75
fi
if [ "\${mw_up%.*}\${mw_up#*.}" -ge "$mw_start_by" ]; then
  echo "refused the start came too late: uptime $mw_up s, allowed until $mw_start_by hundredths end" >&2
  exit 75
fi
mw_count_kills() {
  mw_kills=0
  while read -r mw_line; do
    case $mw_line in
      0::*) mw_file=memory.events mw_at=/sys/fs/cgroup ;;
      *[:,]memory[:,]*) mw_file=memory.oom_control mw_at=/sys/fs/cgroup/memory ;;
      *) continue ;;
    esac
    mw_own=\${mw_line#*:*:}
    [ -r "$mw_at$mw_own/$mw_file" ] || mw_own=
    [ -r "$mw_at$mw_own/$mw_file" ] || continue
    while read -r mw_word mw_count mw_rest; do
      [ "$mw_word" != oom_kill ] || mw_kills=$((mw_kills + mw_count))
    done <"$mw_at$mw_own/$mw_file"
  done </proc/self/cgroup
}
[ $# -gt 0 ] || mw_count_kills
mw_order=$mw_dir/order
[ -e "$mw_order" ] || mw_order=/dev/null
(
  trap 'echo "unexecuted $? end" >>"$mw_dir/ticket"' EXIT
  read -r mw_stat </proc/self/stat
  echo "start $mw_nonce $mw_stat end" >>"$mw_dir/ticket" || exit 74
  [ $# -gt 0 ] || { . "$mw_dir/launch" && : >"$mw_dir/launch"; }
  exec "$@"
) <"$mw_order" >>"$mw_dir/out" 2>>"$mw_dir/err"
mw_code=$?
if [ $# = 0 ] && [ $mw_code != 0 ]; then
  mw_before=$mw_kills
  mw_count_kills
  echo "oom $((mw_kills - mw_before)) end" >&2
fi
read -r mw_up mw_rest </proc/uptime
mw_tries=0 mw_late=
until echo "\${mw_late}exit $mw_code $mw_up end" >&2; do
  mw_tries=$((mw_tries + 1))
  [ $mw_tries -lt 3600 ] || exit 74
  sleep 1
  mw_late='
late end
'
done
exit $mw_code
`

/** What the wrapper is told besides the program and its arguments. */
export interface WrapperOrder {
  readonly attemptDir: string
  readonly nonce: string
  /** Latest uptime at which the program may be started, in hundredths of a second since boot. */
  readonly startByCentis: number
  readonly bootId: string
  /** The file by which the attempt's cgroup is joined; empty for none. */
  readonly joinFile: string
}

/** Arguments of `wrapperShell` that run `command` wrapped. The positions of name and nonce never change. */
export const wrapperArguments = (order: WrapperOrder, command: readonly string[]): string[] => [
  '-c',
  wrapperText,
  ...wrapperWords(order),
  ...command,
]

/** The file of the attempt's folder that holds the wrapper's text, for services that take no argument of several lines. */
export const wrapperFileName = 'wrapper'

/** The same for a wrapper that lies in the attempt's folder, and is told by the launch file what to run. */
export const fileWrapperArguments = (order: WrapperOrder): string[] => [
  '-c',
  `. "$1/${wrapperFileName}"`,
  ...wrapperWords(order),
]

const wrapperWords = (order: WrapperOrder): string[] => [
  wrapperName,
  order.attemptDir,
  order.nonce,
  String(order.startByCentis),
  order.bootId,
  order.joinFile,
]

/** Whether a command line is a wrapper of `nonce`, or its child before the exec; of any version of the text. */
export const isWrapperCommand = (command: readonly string[], nonce: string): boolean =>
  command[3] === wrapperName && command[5] === nonce
