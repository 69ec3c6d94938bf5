// The text of the spawner: a small Perl program that starts wrappers on request. A process of 7 MB forks in a fraction of
// the time that the daemon's own takes, and not on the daemon's loop. It is handed over as text, so an upgraded package
// never changes a program that runs, and it is gone when its standard input ends.

import { constants } from 'node:fs'
import { constants as system } from 'node:os'

/** The name under which the spawner is seen among the processes. */
export const spawnerName = 'midwatch-spawner'

/** A request of more bytes than this is none: the spawner ends rather than to take it. */
export const maxRequestBytes = 131_072

/** What Perl has no word for, by its number: modules that know it would double the memory that every start copies. */
const systemCalls: Readonly<Record<string, string>> = {
  x64: '{ prctl => 157, setsid => 112, dup3 => 292, execve => 59 }',
  arm64: '{ prctl => 167, setsid => 157, dup3 => 24, execve => 221 }',
}

const { EEXIST, EINTR, ENOENT } = system.errno
const { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } = constants

/**
 * A request is its length (four bytes, big-endian) and fields that end in a zero byte: a number, and a verb with its own.
 * - `start`: the attempt's folder, the working directory, the cgroup to make (or nothing), how many files are to lie in the
 *   folder (or `-` where it is made already), their names and texts, how many arguments, these, and the environment as
 *   NAME=VALUE, all of it. It is answered by a line: `NUMBER pid PID STARTTICKS REAPER`; `NUMBER errno ERRNO` when nothing was
 *   started; `NUMBER unmade` when the folder could not be made, and nothing was started either.
 * - `discard`: cgroups of sessions that are over. They are removed when there is nothing else to do, for the kernel takes a
 *   millisecond for each; one that still holds a wrapper is tried again. No answer.
 *
 * - A cgroup that is left of an emptied session lets nobody fork any more: an empty one is made anew.
 * - Folders and files are made here, for each costs the daemon's loop a tenth of a millisecond, and more where the file
 *   system is busy. A file appears whole.
 * - REAPER is 1 where the kernel gives it whatever a session leaves behind (prctl(2), PR_SET_CHILD_SUBREAPER): then its
 *   children are the whole of what lives of its sessions, or lead to it. It asks the kernel whether that took.
 * - The wrapper leads a session of its own, has nothing of ours open, and every signal has its default.
 * - What can't be executed is told where every refusal is told, in the ticket: nobody waits for an exec.
 * - Children are not waited for: the kernel forgets them at once, so that no zombie stays.
 */
export const spawnerText = `
use strict;
$0 = '${spawnerName}';
$SIG{CHLD} = 'IGNORE';
$SIG{FPE} = 'DEFAULT';
chdir '/';
open(my $null, '+<', '/dev/null') or exit 1;
my $call = ${systemCalls[process.arch] ?? 'undef'};
$call = undef if length(pack('P', undef)) != 8;
require POSIX if !$call;
my $reaper = 0;
my @doomed;
sub discard {
  for (1 .. shift) {
    my $one = shift @doomed or last;
    rmdir $one->[0] or $! == ${ENOENT} or ++$one->[1] > 50 or push @doomed, $one;
  }
}
if ($call) {
  my $is = pack('i', 0);
  eval { syscall($call->{prctl}, 36, 1, 0, 0, 0); syscall($call->{prctl}, 37, $is, 0, 0, 0) };
  $reaper = 1 if unpack('i', $is) == 1;
}
sub take {
  my ($wanted) = @_;
  my $got = '';
  while (length($got) < $wanted) {
    my $read = sysread(STDIN, $got, $wanted - length($got), length($got));
    next if !defined $read && $! == ${EINTR};
    if (!$read) { discard(scalar @doomed); exit 0 }
  }
  return $got;
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
    sysopen(my $file, $draft, ${O_WRONLY | O_CREAT | O_TRUNC}, 0600) or return 0;
    (syswrite($file, $text) // -1) == length($text) && close($file) or return 0;
    rename($draft, "$dir/$name") or return 0;
  }
  return 1;
}
sub become {
  my ($dir, $argv, $env, $words) = @_;
  $call ? syscall($call->{setsid}) : POSIX::setsid();
  for my $fd (0 .. 2) {
    $call ? syscall($call->{dup3}, fileno($null), $fd, 0) : POSIX::dup2(fileno($null), $fd);
  }
  $SIG{CHLD} = 'DEFAULT';
  if ($call) { syscall($call->{execve}, $argv->[0], @$words) }
  else {
    %ENV = ();
    /^([^=]+)=(.*)$/s and $ENV{$1} = $2 for @$env;
    exec { $argv->[0] } @$argv;
  }
  my $why = "$!";
  require POSIX;
  sysopen(my $ticket, "$dir/ticket", ${O_WRONLY | O_CREAT | O_EXCL}, 0600) or POSIX::_exit(73);
  syswrite($ticket, "refused the wrapper could not be executed: $why end\\n");
  POSIX::_exit(74);
}
while (1) {
  while (@doomed) {
    vec(my $input = '', 0, 1) = 1;
    last if select($input, undef, undef, 0.02);
    discard(8);
  }
  discard(1) if @doomed > 64;
  my $length = unpack('N', take(4));
  exit 1 if $length > ${maxRequestBytes};
  my ($number, $verb, @rest) = split(/\\0/, take($length), -1);
  pop @rest;
  if ($verb eq 'discard') { push @doomed, map { [$_, 0] } @rest; next }
  my ($dir, $cwd, $cgroup, $files) = splice(@rest, 0, 4);
  if ($files ne '-' && !lay_out($dir, splice(@rest, 0, 2 * $files))) { answer($number, 'unmade'); next }
  my $count = shift @rest;
  my @argv = splice(@rest, 0, $count);
  if ($cgroup ne '') {
    @doomed = grep { $_->[0] ne $cgroup } @doomed;
    mkdir $cgroup or rmdir $cgroup and mkdir $cgroup;
  }
  if (!chdir $cwd) { answer($number, 'errno', $! + 0); next }
  my $words = [map { pack('p*', @$_, undef) } \\@argv, \\@rest];
  my $pid = fork();
  become($dir, \\@argv, \\@rest, $words) if defined $pid && $pid == 0;
  my $error = $! + 0;
  chdir '/';
  if (!defined $pid) { answer($number, 'errno', $error); next }
  my $ticks = '';
  if (open(my $stat, '<', "/proc/$pid/stat")) {
    my $line = <$stat> // '';
    $line =~ s/^.*\\) //s;
    $ticks = (split(/ /, $line))[19] // '';
  }
  answer($number, 'pid', $pid, $ticks || '-', $reaper);
}
`
