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
mw_order=$mw_dir/order
[ -e "$mw_order" ] || mw_order=/dev/null
(
  trap 'echo "unexecuted $? end" >>"$mw_dir/ticket"' EXIT
  read -r mw_stat </proc/self/stat
  echo "start $mw_nonce $mw_stat end" >>"$mw_dir/ticket" || exit 74
  exec "$@"
) <"$mw_order" >>"$mw_dir/out" 2>>"$mw_dir/err"
mw_code=$?
read -r mw_up mw_rest </proc/uptime
mw_tries=0
until echo "exit $mw_code $mw_up end" >&2; do
  mw_tries=$((mw_tries + 1))
  [ $mw_tries -lt 3600 ] || exit 74
  sleep 1
  echo >&2
done
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

/** Arguments of `wrapperShell` that run `program` wrapped. The positions of name and nonce never change. */
export const wrapperArguments = (
  order: WrapperOrder,
  program: string,
  args: readonly string[],
): string[] => [
  '-c',
  wrapperText,
  wrapperName,
  order.attemptDir,
  order.nonce,
  String(order.startByCentis),
  order.bootId,
  order.joinFile,
  program,
  ...args,
]

/** Whether a command line is a wrapper of `nonce`, or its child before the exec; of any version of the text. */
export const isWrapperCommand = (command: readonly string[], nonce: string): boolean =>
  command[3] === wrapperName && command[5] === nonce
