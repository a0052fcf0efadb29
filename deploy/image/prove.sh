#!/usr/bin/env bash
# Builds the image and proves it: what is in it, that it serves without root on a read-only root, that it drains. Needs
# root, buildah, and, unless BASE names an image that can be reached, debootstrap. Not part of the tests: it takes minutes.
# What it made is gone afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."
image=localhost/token-broker:proof
base=${BASE:-localhost/token-broker-base:proof}
made=("$image")
container=
clean() {
  if [ -n "$container" ]; then buildah rm "$container" >/dev/null; fi
  for one in "${made[@]}"; do buildah rmi "$one" >/dev/null 2>&1 || true; done
}
trap clean EXIT
if [ -z "${BASE:-}" ]; then
  made+=("$base")
  deploy/image/base.sh "$base"
fi
deploy/image/build.sh "$image" "$base"

container=$(buildah from "$image")
root=$(buildah mount "$container")
inspect() { buildah inspect --type image --format "$1" "$image"; }
[ "$(inspect '{{.Docker.Config.User}}')" = 1000:1000 ]
[ "$(inspect '{{.Docker.Config.StopSignal}}')" = SIGTERM ]
IMAGE_ENV=$(inspect '{{range .Docker.Config.Env}}{{println .}}{{end}}') node_modules/.bin/node deploy/image/prove.ts "$root"
