#!/usr/bin/env bash
# Runs a command as a container runtime would with `--read-only --user 1000:1000`, with nothing but util-linux:
# enter.sh ROOT FROM:TO[:ro]… -- COMMAND… The root is read-only, and so are volumes that say so; the network is the one
# it is called in.
set -euo pipefail
if [ -z "${ENTERED:-}" ]; then
  export ENTERED=yes
  exec unshare --mount "$0" "$@"
fi
unset ENTERED
root=$1
shift
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  IFS=: read -r from to access <<<"$1"
  shift
  if [ -d "$from" ]; then mkdir -p "$root$to"; else touch "$root$to"; fi
  mount --bind "$from" "$root$to"
  if [ "$access" = ro ]; then mount -o remount,bind,ro "$root$to"; fi
done
shift
mkdir -p "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,bind,ro "$root"
exec unshare --root "$root" --wd /app --setgid 1000 --setuid 1000 "$@"
