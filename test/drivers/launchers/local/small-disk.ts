// A disk that is full when a session ends, and has room again a moment later: a small file system in memory.

import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

/** Whether this user may mount one, seen in a name space that is thrown away. */
export const mayMount = (): boolean =>
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { stdio: 'ignore' })
    .status === 0

/** Fills the page that the ticket ends in and the rest of the disk, ends, and makes room once the wrapper sleeps. */
export const fillsTheDisk = `
cd "$1"
pad=$((4096 - $(wc -c <ticket) % 4096 - 5))
printf '%*s end\n' $pad '' >>ticket
dd if=/dev/zero of=full bs=4096 2>/dev/null
(for try in $(seq 200); do
  grep -qw $$ /proc/$PPID/task/$PPID/children || case $(cat /proc/$PPID/stat) in *') S '*) break ;; esac
  sleep 0.05
done; rm full) &
exit 7`
