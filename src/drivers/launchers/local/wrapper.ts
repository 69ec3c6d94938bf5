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
 * - The program does not start unless its start mark was written: what runs, runs provably.
 */
export const wrapperText = `
dir=$1 nonce=$2 startBy=$3 boot=$4 join=$5 cgroup=
shift 5
if [ "$join" ]; then
  { echo 0 >"$join" && cgroup=\${join%/*}; } 2>/dev/null
fi
set -C
{ true >"$dir/ticket"; } 2>/dev/null || exit 73
set +C
exec 2>>"$dir/ticket"
trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
read -r bootNow </proc/sys/kernel/random/boot_id
read -r up rest </proc/uptime
echo "wrapper $nonce $$ $boot $cgroup end" >&2 || exit 74
if [ "$bootNow" != "$boot" ]; then
  echo "refused the machine was booted again since the order was given end" >&2
  exit 75
fi
if [ "\${up%.*}\${up#*.}" -ge "$startBy" ]; then
  echo "refused the start came too late: uptime $up s, allowed until $startBy hundredths end" >&2
  exit 75
fi
order=$dir/order
[ -e "$order" ] || order=/dev/null
(
  trap 'echo "unexecuted $? end" >>"$dir/ticket"' EXIT
  read -r stat </proc/self/stat
  echo "start $nonce $stat end" >>"$dir/ticket" || exit 74
  exec "$@"
) <"$order" >>"$dir/out" 2>>"$dir/err"
code=$?
read -r up rest </proc/uptime
tries=0
until echo "exit $code $up end" >&2; do
  tries=$((tries + 1))
  [ $tries -lt 3600 ] || exit 74
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
