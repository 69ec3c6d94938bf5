// The text of the spawner: a small Perl program that starts wrappers on request. A process of 7 MB forks in a fraction of
// the time that the daemon's own takes, and not on the daemon's loop. It is handed over as text, so an upgraded package
// never changes a program that runs, and it is gone when its standard input ends.

/** The name under which the spawner is seen among the processes. */
export const spawnerName = 'midwatch-spawner'

/** A request of more bytes than this is none: the spawner ends rather than to take it. */
export const maxRequestBytes = 131_072

/**
 * A request is its length (four bytes, big-endian) and fields that end in a zero byte: a number, the attempt's folder,
 * the working directory, how many arguments, these, and the environment as NAME=VALUE, all of it.
 * An answer is a line: `NUMBER pid PID STARTTICKS REAPER`, or `NUMBER errno ERRNO` when nothing was started.
 *
 * - REAPER is 1 where the kernel gives it whatever a session leaves behind (prctl(2), PR_SET_CHILD_SUBREAPER): then its
 *   children are the whole of what lives of its sessions, or lead to it. It asks the kernel whether that took.
 * - The wrapper leads a session of its own, has nothing of ours open, and every signal has its default.
 * - What can't be executed is told where every refusal is told, in the ticket: nobody waits for an exec.
 * - Children are not waited for: the kernel forgets them at once, so that no zombie stays.
 */
export const spawnerText = `
use strict;
use POSIX ();
$0 = '${spawnerName}';
$SIG{CHLD} = 'IGNORE';
chdir '/';
open(my $null, '+<', '/dev/null') or exit 1;
my $reaper = 0;
my $prctl = { x86_64 => 157, aarch64 => 167 }->{(POSIX::uname())[4]};
if (defined $prctl && length(pack('P', undef)) == 8) {
  my $is = pack('i', 0);
  eval { syscall($prctl, 36, 1, 0, 0, 0); syscall($prctl, 37, $is, 0, 0, 0) };
  $reaper = 1 if unpack('i', $is) == 1;
}
sub take {
  my ($wanted) = @_;
  my $got = '';
  while (length($got) < $wanted) {
    my $read = sysread(STDIN, $got, $wanted - length($got), length($got));
    next if !defined $read && $!{EINTR};
    exit 0 if !$read;
  }
  return $got;
}
sub answer {
  my $line = join(' ', @_) . "\\n";
  syswrite(STDOUT, $line) == length($line) or exit 1;
}
sub become {
  my ($dir, $argv, $env) = @_;
  POSIX::setsid();
  POSIX::dup2(fileno($null), $_) for 0 .. 2;
  $SIG{CHLD} = 'DEFAULT';
  %ENV = ();
  /^([^=]+)=(.*)$/s and $ENV{$1} = $2 for @$env;
  exec { $argv->[0] } @$argv;
  my $why = "$!";
  my $new = POSIX::O_WRONLY() | POSIX::O_CREAT() | POSIX::O_EXCL();
  sysopen(my $ticket, "$dir/ticket", $new, 0600) or POSIX::_exit(73);
  syswrite($ticket, "refused the wrapper could not be executed: $why end\\n");
  POSIX::_exit(74);
}
while (1) {
  my $length = unpack('N', take(4));
  exit 1 if $length > ${maxRequestBytes};
  my ($number, $dir, $cwd, $count, @rest) = split(/\\0/, take($length), -1);
  pop @rest;
  my @argv = splice(@rest, 0, $count);
  if (!chdir $cwd) { answer($number, 'errno', $! + 0); next }
  my $pid = fork();
  become($dir, \\@argv, \\@rest) if defined $pid && $pid == 0;
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
