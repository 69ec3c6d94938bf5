// The wrapper as a fork of the spawner: the same acts as the shell script's, in the same order and with the same strokes
// in the ticket, by a process that executes nothing before the program. That saves a session one of its two executions.
// What it may not cost is told beside it: name and mark are seen in /proc as if it had been executed with them.

import { constants } from 'node:fs'
import { constants as system } from 'node:os'
import { markVariable } from '../../processes/process.ts'
import { wrapperName, wrapperShell } from './wrapper.ts'

/** The variable that keeps room in the spawner's environment for the mark of a wrapper that is forked off it. */
export const roomVariable = 'MIDWATCH_ROOM'

/** Longer marks do not fit in. */
export const markRoomBytes = 512

const { ELOOP, ENAMETOOLONG, ENOENT, ENOEXEC, ENOTDIR } = system.errno
const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = constants
const O_CLOEXEC = 0o2000000
const AT_FDCWD = -100
const CLOCK_BOOTTIME = 7
const PR_SET_NAME = 15
const SIG_BLOCK = 0
const SIG_SETMASK = 2
const { SIGALRM, SIGCHLD, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 } =
  system.signals

/** Those that the shell's wrapper traps: a stop is meant for the program, and the wrapper is to tell how it ended. */
const spared = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE]
const sparedMask = spared.reduce((mask, signal) => mask + 2 ** (signal - 1), 0)

/** What a shell looks through where the environment has no PATH. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * What makes it dear is pages: each that a fork writes to is copied, and Perl's own words for files, processes and numbers
 * write to many. So the kernel is called by numbers (`$call`), with variables that are there before the fork, and `$!` is
 * not read before something went wrong.
 *
 * - `/proc/PID/cmdline` and `environ` show the bytes in which the spawner got its own; they are emptied once, and a
 *   wrapper writes its name, nonce and folder, and its mark, in their place. Read back before it is relied on.
 * - The signals it is to outlive are blocked, not ignored: what comes between fork and execution meets the program.
 * - A stream is opened under the number that was closed just before it: the kernel takes the lowest.
 * - It knows by itself which signal ended the program, and says so: a line in the ticket that does not end in ` end`, as a
 *   shell's word does.
 * - A program that is no binary and names no interpreter is a script of the shell's, and one without a slash is looked for
 *   in PATH, as under a shell, whose names for what went wrong it uses as well.
 */
export const forkedWrapperText = `
my ($wrapper_name, $memory, $own_stat, $nowhere) = ('${wrapperName}', '/proc/self/mem', '/proc/self/stat', '/dev/null');
my ($stat, $times, $status) = ("\\0" x 1024, pack('q2', 0, 0), pack('i', 0));
my ($spared, $nothing, $default) = (pack('Q', ${sparedMask}), pack('Q', 0), pack('x32'));
my ($fd, $got, $size, $line, $child, $seconds, $nanos, $code, $signal, $joined, $trouble);
my ($dir, $nonce, $start_by, $boot, $join, $mark, $title, $ticket, $order, $out, $err);
my (@argv, @paths, $env, $argv_words, $env_words);
my ($boot_now) = slurp('/proc/sys/kernel/random/boot_id') =~ /^(\\S+)/;
sub slurp {
  open(my $file, '<', $_[0]) or return '';
  local $/;
  return <$file> // '';
}
sub rooms {
  return () if !$call || $boot_now eq '';
  my @field = split(/ /, slurp($own_stat) =~ s/^.*\\) //sr);
  my ($title_at, $title_end, $mark_at, $mark_end) = @field[45 .. 48];
  my ($own, $none) = ("$0\\0", "\\0" x ($mark_end - $mark_at));
  $own .= "\\0" x ($title_end - $title_at - length $own);
  $fd = syscall($call->{openat}, ${AT_FDCWD}, $memory, ${O_RDWR}, 0);
  return () if $fd < 0;
  syscall($call->{pwrite64}, $fd, $own, length $own, $title_at);
  syscall($call->{pwrite64}, $fd, $none, length $none, $mark_at);
  syscall($call->{close}, $fd);
  return () if slurp('/proc/self/cmdline') ne $own || slurp('/proc/self/environ') ne $none;
  return ($title_at, length $own, $mark_at, length $none);
}
my ($title_at, $title_room, $mark_at, $mark_room) = rooms();
sub prepare {
  ($nonce, $start_by, $boot, $join, $mark) = @_;
  ($title, $mark) = ("$wrapper_name\\0$nonce\\0$dir\\0", "${markVariable}=$mark\\0");
  return 0 if !$title_at || length $title > $title_room || length $mark > $mark_room;
  ($ticket, $order, $out, $err) = ("$dir/ticket", "$dir/order", "$dir/out", "$dir/err");
  return 1;
}
sub find {
  @paths = $argv[0];
  return if index($argv[0], '/') >= 0;
  my $path = $env =~ /(?:^|\\0)PATH=([^\\0]*)/ ? $1 : '${defaultPath}';
  @paths = map { $_ eq '' ? $argv[0] : "$_/$argv[0]" } split(/:/, $path, -1);
}
sub note {
  $line = $_[0];
  return syscall($call->{write}, $fd, $line, length $line) == length $line;
}
sub leave { syscall($call->{exit_group}, $_[0]) }
sub refuse {
  note("refused $_[0] end\\n");
  leave(75);
}
sub open_streams {
  syscall($call->{close}, 0);
  if (syscall($call->{openat}, ${AT_FDCWD}, $order, 0, 0) < 0) {
    return "cannot open $order: $!" if syscall($call->{faccessat}, ${AT_FDCWD}, $order, 0) == 0;
    syscall($call->{openat}, ${AT_FDCWD}, $nowhere, 0, 0);
  }
  syscall($call->{close}, 1);
  syscall($call->{openat}, ${AT_FDCWD}, $out, ${O_WRONLY | O_CREAT | O_APPEND}, 0666) == 1
    or return "cannot create $out: $!";
  syscall($call->{close}, 2);
  syscall($call->{openat}, ${AT_FDCWD}, $err, ${O_WRONLY | O_CREAT | O_APPEND}, 0666) == 2
    or return "cannot create $err: $!";
  return '';
}
sub execute {
  my $why = ${ENOENT};
  for my $path (@paths) {
    syscall($call->{execve}, $path, $argv_words, $env_words);
    my $error = $! + 0;
    if ($error == ${ENOEXEC}) {
      my $shell = '${wrapperShell}';
      my $script = pack('p*', $shell, $path, @argv[1 .. $#argv], undef);
      syscall($call->{execve}, $shell, $script, $env_words);
    }
    $why = $error if $error != ${ENOENT} && $error != ${ENOTDIR};
  }
  my $is_missing = grep { $why == $_ } ${[ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].join(', ')};
  $code = $is_missing ? 127 : 126;
  my $told = $why == ${ENOENT} ? 'not found' : do { local $! = $why; "$!" };
  note("unexecuted $code end\\n");
  $fd = 2;
  note("$wrapper_name: 1: exec: $argv[0]: $told\\n");
  leave($code);
}
sub start {
  $got = syscall($call->{openat}, ${AT_FDCWD}, $own_stat, ${O_CLOEXEC}, 0);
  $size = syscall($call->{read}, $got, $stat, 1024);
  syscall($call->{close}, $got);
  note("start $nonce " . substr($stat, 0, $size - 1) . " end\\n") or leave(74);
  syscall($call->{rt_sigprocmask}, ${SIG_SETMASK}, $nothing, 0, 8);
  execute();
}
sub wrap {
  syscall($call->{setsid});
  syscall($call->{rt_sigprocmask}, ${SIG_BLOCK}, $spared, 0, 8);
  syscall($call->{rt_sigaction}, ${SIGCHLD}, $default, 0, 8);
  syscall($call->{prctl}, ${PR_SET_NAME}, $wrapper_name);
  $fd = syscall($call->{openat}, ${AT_FDCWD}, $memory, ${O_RDWR}, 0);
  syscall($call->{pwrite64}, $fd, $title, length $title, $title_at);
  syscall($call->{pwrite64}, $fd, $mark, length $mark, $mark_at);
  syscall($call->{close}, $fd);
  $joined = '';
  if ($join ne '') {
    $fd = syscall($call->{openat}, ${AT_FDCWD}, $join, ${O_WRONLY}, 0);
    $joined = substr($join, 0, rindex($join, '/')) if $fd >= 0 && note('0');
    syscall($call->{close}, $fd) if $fd >= 0;
  }
  $fd = syscall($call->{openat}, ${AT_FDCWD}, $ticket, ${O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC}, 0666);
  leave(73) if $fd < 0;
  note("wrapper $nonce " . syscall($call->{getpid}) . " $boot $joined end\\n") or leave(74);
  refuse('the machine was booted again since the order was given') if $boot_now ne $boot;
  syscall($call->{clock_gettime}, ${CLOCK_BOOTTIME}, $times);
  ($seconds, $nanos) = unpack('q2', $times);
  if ($seconds * 100 + int($nanos / 1e7) >= $start_by) {
    my $now = sprintf('%d.%02d', $seconds, $nanos / 1e7);
    refuse("the start came too late: uptime $now s, allowed until $start_by hundredths");
  }
  $trouble = open_streams();
  $child = $trouble eq '' ? syscall($call->{clone}, ${SIGCHLD}, 0, 0, 0, 0) : -1;
  start() if $child == 0;
  if ($child > 0) { syscall($call->{wait4}, $child, $status, 0, 0) }
  else { note("$wrapper_name: " . ($trouble || "cannot fork: $!") . "\\n") }
  $code = $child > 0 ? unpack('i', $status) : 2 << 8;
  $signal = $code & 127;
  $code = $signal ? 128 + $signal : $code >> 8;
  note("ended by signal $signal\\n") if $signal;
  note("\\n") if $code == 74;
  syscall($call->{clock_gettime}, ${CLOCK_BOOTTIME}, $times);
  ($seconds, $nanos) = unpack('q2', $times);
  my $exit = sprintf("exit %d %d.%02d end\\n", $code, $seconds, $nanos / 1e7);
  my $late = '';
  for (1 .. 3600) {
    leave($code) if note("$late$exit");
    select(undef, undef, undef, 1);
    $late = "\\nlate end\\n";
  }
  leave(74);
}
`

/** Whether a command line is a wrapper of `nonce` that was forked, or its child before the exec; of any version of the text. */
export const isForkedWrapperCommand = (command: readonly string[], nonce: string): boolean =>
  command[0] === wrapperName && command[1] === nonce
