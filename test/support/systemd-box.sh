#!/bin/bash
# A real systemd as process 1 of a box: its own processes, mounts, names and control groups, over an overlay of this
# machine's files. Nothing of the machine's own services is started in it, and nothing outside of it is touched: it sits
# in private control groups below the caller's own, and dies whole with its first process. Needs root, overlayfs and
# util-linux. /tmp is the machine's own.
#
#   systemd-box.sh start DIR        boots a box that is kept in DIR (an empty folder; its name names the box)
#   systemd-box.sh in DIR CMD…      runs a command in it
#   systemd-box.sh stop DIR         ends it, and removes its control groups
set -euo pipefail
verb=$1 state=$2
name=$(basename "$state")
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Folder of the caller's own control group in every hierarchy, and the controllers' names.
hierarchies() {
  while IFS=: read -r _ controllers own; do
    case $controllers in
      '') [ -e /sys/fs/cgroup/cgroup.controllers ] && mount=/sys/fs/cgroup || mount=/sys/fs/cgroup/unified ;;
      name=*) mount=/sys/fs/cgroup/${controllers#name=} ;;
      *) mount=/sys/fs/cgroup/$controllers ;;
    esac
    echo "${controllers:--} $mount${own%/}"
  done
}

# In new cgroups, then in new namespaces; becomes process 1 of the box.
boot() {
  exec unshare --mount --pid --uts --ipc --cgroup --net --fork --kill-child=SIGKILL --propagation private \
    bash "$0" inside "$state"
}

become_init() {
  root=$state/root
  mkdir -p "$root"
  mount -t tmpfs -o size=2g tmpfs "$root"
  mkdir "$root"/{upper,work,merged}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/merged"
  m=$root/merged
  echo "$name" >"$m/etc/hostname"
  ip link set lo up 2>/dev/null || true
  mount -t proc proc "$m/proc"
  mount -t sysfs -o ro sysfs "$m/sys"
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 "$m/sys/fs/cgroup"
  else
    mount -t tmpfs -o mode=755 tmpfs "$m/sys/fs/cgroup"
    while IFS=: read -r _ controllers _; do
      folder=$m/sys/fs/cgroup/${controllers#name=}
      [ -n "$controllers" ] || folder=$m/sys/fs/cgroup/unified
      mkdir "$folder"
      if [ -n "$controllers" ]; then mount -t cgroup -o "$controllers" cgroup "$folder"; else mount -t cgroup2 cgroup2 "$folder"; fi
    done </proc/self/cgroup
  fi
  mount -t tmpfs -o mode=755 tmpfs "$m/dev"
  for device in null zero full random urandom tty; do
    : >"$m/dev/$device"
    mount --bind "/dev/$device" "$m/dev/$device"
  done
  mkdir "$m"/dev/{pts,shm}
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$m/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$m/dev/shm"
  ln -s pts/ptmx "$m/dev/ptmx"
  ln -s /proc/self/fd "$m/dev/fd"
  for stream in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${stream%:*}" "$m/dev/${stream#*:}"; done
  mount -t tmpfs -o mode=755 tmpfs "$m/run"
  mount --bind /tmp "$m/tmp"
  [ ! -e /dev/fuse ] || { : >"$m/dev/fuse"; mount --bind /dev/fuse "$m/dev/fuse"; }
  # Of the machine's own services none is started: no target wants any.
  for folder in "$m"/usr/lib/systemd/system "$m"/etc/systemd/system; do
    for target in sysinit basic sockets timers paths local-fs multi-user default graphical getty remote-fs; do
      rm -rf "$folder/$target.target.wants"
    done
  done
  : >"$m/etc/fstab"
  mkdir -p "$m/run/systemd/system"
  printf '[Unit]\nDescription=box\nRequires=basic.target\nAfter=basic.target\nWants=dbus.socket systemd-journald.service\nAllowIsolate=yes\n' \
    >"$m/run/systemd/system/box.target"
  printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\n' >"$m/etc/systemd/journald.conf"
  cd "$m"
  mkdir -p .old
  pivot_root . .old
  umount -l /.old
  exec env -i container=box PATH="$path" LANG=C.UTF-8 TERM=dumb \
    /lib/systemd/systemd --system --unit=box.target --log-target=journal
}

init_of() {
  for stat in /proc/[0-9]*/stat; do
    read -r line 2>/dev/null <"$stat" || continue
    rest=${line##*) }
    set -- $rest
    [ "$2" = "$(cat "$state/outer")" ] && [ "$(cat "${stat%stat}comm" 2>/dev/null)" = systemd ] && { stat=${stat#/proc/}; echo "${stat%/stat}"; return; }
  done
  return 1
}

inside() {
  exec nsenter -t "$(cat "$state/init")" -m -u -i -p -C -n -r -w env -i PATH="$path" LANG=C.UTF-8 SYSTEMD_COLORS=0 SYSTEMD_PAGER= "$@"
}

case $verb in
  boot) # of `start`: our own process, moved into the private groups first
    hierarchies </proc/self/cgroup >"$state/own"
    while read -r controllers own; do
      group=$own/$name
      mkdir -p "$group"
      echo "$group" >>"$state/groups"
      if [ "$controllers" = cpuset ]; then
        cat "$own/cpuset.cpus" >"$group/cpuset.cpus"
        cat "$own/cpuset.mems" >"$group/cpuset.mems"
      fi
      echo $$ >"$group/cgroup.procs"
    done <"$state/own"
    boot
    ;;
  inside) become_init ;;
  start)
    mkdir -p "$state"
    setsid bash "$0" boot "$state" </dev/null >"$state/log" 2>&1 &
    echo $! >"$state/outer"
    while [ $SECONDS -lt 50 ]; do
      if init_of >"$state/init" && (inside systemctl is-system-running) 2>/dev/null | grep -qE 'running|degraded'; then exit 0; fi
      kill -0 "$(cat "$state/outer")" 2>/dev/null || break
      sleep 0.02
    done
    cat "$state/log" >&2
    exit 1
    ;;
  in) shift 2 && inside "$@" ;;
  stop)
    # Services with a /tmp of their own leave it in the machine's, unless they are stopped in order.
    [ ! -s "$state/init" ] || (timeout 10 bash "$0" in "$state" systemctl stop user.slice systemd-logind.service) >/dev/null 2>&1 || true
    [ ! -s "$state/init" ] || kill -KILL "$(cat "$state/init")" 2>/dev/null || true
    kill -KILL "$(cat "$state/outer")" 2>/dev/null || true
    for _ in $(seq 100); do
      left=0
      while read -r group; do
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
      done <"$state/groups"
      [ $left = 0 ] && exit 0
      sleep 0.05
    done
    echo "control groups of the box are left: $(cat "$state/groups")" >&2
    exit 1
    ;;
esac
