// The text of the spawner: a small Perl program that starts wrappers on request. A process of 7 MB forks in a fraction of
// the time that the daemon's own takes, and not on the daemon's loop. It is handed over as text, so an upgraded package
// never changes a program that runs, and it is gone when its standard input ends.

import { constants } from 'node:fs'
import { constants as system } from 'node:os'
import { forkedWrapperText } from './forked-wrapper.ts'

/** The name under which the spawner is seen among the processes. */
export const spawnerName = 'midwatch-spawner'

/** A request of more bytes than this is none: the spawner ends rather than to take it. */
export const maxRequestBytes = 131_072

/** What Perl has no word for, by its number: modules that know it would double the memory that every start copies. */
const systemCalls: Readonly<Record<string, string>> = {
  x64: `{
  prctl => 157, setsid => 112, dup3 => 292, execve => 59, openat => 257, read => 0, write => 1, close => 3, pwrite64 => 18,
  clone => 56, wait4 => 61, rt_sigprocmask => 14, rt_sigaction => 13, clock_gettime => 228, faccessat => 269, exit_group => 231, getpid => 39,
}`,
  arm64: `{
  prctl => 167, setsid => 157, dup3 => 24, execve => 221, openat => 56, read => 63, write => 64, close => 57, pwrite64 => 68,
  clone => 220, wait4 => 260, rt_sigprocmask => 135, rt_sigaction => 134, clock_gettime => 113, faccessat => 48, exit_group => 94, getpid => 172,
}`,
}

const { EEXIST, EINTR, ENOENT } = system.errno
const { SIGCHLD } = system.signals
const { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } = constants

/**
 * A request is its length, the length of its environment (four bytes each, big-endian), fields that end in a zero byte, and
 * the environment. The fields are a number, and a verb with its own:
 * - `start`: the attempt's folder, the working directory, the cgroup to make (or nothing), how many words the wrapper is
 *   told (nonce, start-by, boot, cgroup's file, mark; none where the command is to be executed as it is), these, how many
 *   files are to lie in the folder (or `-` where it is made already), their names and texts, and the arguments.
 *   The environment is all of it, as NAME=VALUE, each with a zero byte behind it. It is answered by a line: `NUMBER pid PID STARTTICKS REAPER`; `NUMBER errno
 *   ERRNO` when nothing was started; `NUMBER unmade` when the folder could not be made, `NUMBER unable` when no wrapper can
 *   be forked here, and nothing was started either.
 * - `discard`: cgroups of sessions that are over. They are removed when there is nothing else to do, for the kernel takes a
 *   millisecond for each; one that still holds a wrapper is tried again. No answer.
 *
 * - A cgroup that is left of an emptied session lets nobody fork any more: an empty one is made anew.
 * - Folders and files are made here, for each costs the daemon's loop a tenth of a millisecond, and more where the file
 *   system is busy. A file appears whole.
 * - REAPER is 1 where the kernel gives it whatever a session leaves behind (prctl(2), PR_SET_CHILD_SUBREAPER): then its
 *   children are the whole of what lives of its sessions, or lead to it. It asks the kernel whether that took.
 * - The wrapper leads a session of its own, has nothing of ours open, nor of whoever started us, and every signal has its
 *   default.
 * - What can't be executed is told where every refusal is told, in the ticket: nobody waits for an exec.
 * - Children are not waited for: the kernel forgets them at once, so that no zombie stays.
 */
export const spawnerText = `
use strict;
$0 = '${spawnerName}';
$SIG{CHLD} = 'IGNORE';
$SIG{FPE} = 'DEFAULT';
chdir '/';
my $call = ${systemCalls[process.arch] ?? 'undef'};
$call = undef if length(pack('P', undef)) != 8;
if ($call && opendir(my $open, '/proc/self/fd')) {
  my @inherited = grep { /^\\d+$/ && $_ > 2 } readdir($open);
  closedir($open);
  syscall($call->{close}, $_ + 0) for @inherited;
}
open(my $null, '+<', '/dev/null') or exit 1;
require POSIX if !$call;
my ($reaper, $input, $seen, $length, $env_length, $ticks) = (0, '', '');
my %doomed;
sub discard {
  my ($most) = @_;
  for my $one (keys %doomed) {
    last if $most-- <= 0;
    delete $doomed{$one} if rmdir $one or $! == ${ENOENT} or ++$doomed{$one} > 50;
  }
}
if ($call) {
  my $is = pack('i', 0);
  eval { syscall($call->{prctl}, 36, 1, 0, 0, 0); syscall($call->{prctl}, 37, $is, 0, 0, 0) };
  $reaper = 1 if unpack('i', $is) == 1;
}
sub is_whole { return length $input >= 8 && length $input >= 8 + unpack('N', $input) }
sub take {
  while (!is_whole()) {
    exit 1 if length $input >= 4 && unpack('N', $input) > ${maxRequestBytes};
    my $read = sysread(STDIN, $input, 65_536, length $input);
    next if !defined $read && $! == ${EINTR};
    if (!$read) { discard(scalar keys %doomed); exit 0 }
  }
  ($length, $env_length) = unpack('N2', $input);
  return split(/\\0/, substr($input, 8, $length - $env_length), -1);
}
sub answer {
  my $line = join(' ', @_) . "\\n";
  syswrite(STDOUT, $line) == length($line) or exit 1;
}
sub lay_out {
  my ($dir, @files) = @_;
  for my $folder ($dir, "$dir/outbox") {
    mkdir($folder, 0700) or $! == ${EEXIST} && -d $folder or return 0;
  }
  while (my ($name, $text) = splice(@files, 0, 2)) {
    my $draft = "$dir/.$name.draft";
    sysopen(FILE, $draft, ${O_WRONLY | O_CREAT | O_TRUNC}, 0600) or return 0;
    (syswrite(FILE, $text) // -1) == length($text) && close(FILE) or return 0;
    rename($draft, "$dir/$name") or return 0;
  }
  return 1;
}
${forkedWrapperText}
sub words {
  $argv_words = pack('p*', @argv, undef);
  my ($at, $from) = (unpack('J', pack('P', $env)), 0);
  $env_words = '';
  while ((my $to = index($env, "\\0", $from)) >= 0) {
    $env_words .= pack('J', $at + $from);
    $from = $to + 1;
  }
  $env_words .= pack('J', 0);
}
sub become {
  $call ? syscall($call->{setsid}) : POSIX::setsid();
  for my $to (0 .. 2) {
    $call ? syscall($call->{dup3}, fileno($null), $to, 0) : POSIX::dup2(fileno($null), $to);
  }
  $SIG{CHLD} = 'DEFAULT';
  if ($call) { syscall($call->{execve}, $argv[0], $argv_words, $env_words) }
  else {
    %ENV = ();
    /^([^=]+)=(.*)$/s and $ENV{$1} = $2 for split(/\\0/, $env);
    exec { $argv[0] } @argv;
  }
  my $why = "$!";
  require POSIX;
  sysopen(my $ticket, "$dir/ticket", ${O_WRONLY | O_CREAT | O_EXCL}, 0600) or POSIX::_exit(73);
  syswrite($ticket, "refused the wrapper could not be executed: $why end\\n");
  POSIX::_exit(74);
}
while (1) {
  while (%doomed && !is_whole()) {
    vec(my $ready = '', 0, 1) = 1;
    last if select($ready, undef, undef, 0.02);
    discard(8);
  }
  discard(1) if keys %doomed > 64;
  my ($number, $verb, @rest) = take();
  pop @rest;
  $env = substr($input, 8 + $length - $env_length, $env_length);
  substr($input, 0, 8 + $length, '');
  if ($verb eq 'discard') { @doomed{@rest} = (0) x @rest; next }
  ($dir, my ($cwd, $cgroup, $told)) = splice(@rest, 0, 4);
  if ($told && !prepare(splice(@rest, 0, $told))) { answer($number, 'unable'); next }
  my $files = shift @rest;
  if ($files ne '-' && !lay_out($dir, splice(@rest, 0, 2 * $files))) { answer($number, 'unmade'); next }
  @argv = @rest;
  if ($cgroup ne '') {
    delete $doomed{$cgroup};
    mkdir $cgroup or rmdir $cgroup and mkdir $cgroup;
  }
  if (!chdir $cwd) { answer($number, 'errno', $! + 0); next }
  find() if $told;
  words() if $call;
  my $pid = $told ? syscall($call->{clone}, ${SIGCHLD}, 0, 0, 0, 0) : fork();
  if (defined $pid && $pid == 0) { $told ? wrap() : become() }
  my $error = $! + 0;
  chdir '/';
  if (!defined $pid || $pid < 0) { answer($number, 'errno', $error); next }
  $ticks = '-';
  if (sysopen(FILE, "/proc/$pid/stat", 0)) {
    sysread(FILE, $seen, 1_024);
    close(FILE);
    $ticks = $1 if $seen =~ /\\) (?:\\S+ ){19}(\\d+)/;
  }
  answer($number, 'pid', $pid, $ticks, $reaper);
}
`
