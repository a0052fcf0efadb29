#!/usr/bin/env bash
# Runs a command as a container runtime would with `--read-only --user 1000:1000` and two volumes, with nothing but
# util-linux: enter.sh ROOT SETTINGS SPOOL COMMAND… The root is read-only, save the spool; the network is the machine's.
set -euo pipefail
root=$1 settings=$2 spool=$3
shift 3
if [ -z "${ENTERED:-}" ]; then
  export ENTERED=yes
  exec unshare --mount "$0" "$root" "$settings" "$spool" "$@"
fi
unset ENTERED
mount --bind "$root" "$root"
mkdir -p "$root/etc/token-broker" "$root/var/lib/token-broker/spool" "$root/proc" "$root/dev"
mount --bind "$settings" "$root/etc/token-broker"
mount -o remount,bind,ro "$root/etc/token-broker"
mount --bind "$spool" "$root/var/lib/token-broker/spool"
mount -t proc proc "$root/proc"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,bind,ro "$root"
exec unshare --root "$root" --wd /app --setgid 1000 --setuid 1000 "$@"
