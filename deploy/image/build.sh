#!/usr/bin/env bash
# Builds an image with buildah, which needs no daemon: build.sh IMAGE [BASE [DOCKERFILE]]. The npm settings of whoever
# builds are a secret of the build, and so is the authority of their registry, where Node is told of one: neither is in
# the image.
set -euo pipefail
cd "$(dirname "$0")/../.."
image=${1:?usage: build.sh IMAGE [BASE [DOCKERFILE]]}
file=${3:-Dockerfile}
npmrc=$(mktemp)
trap 'rm -f "$npmrc"' EXIT
cat "$(npm config get userconfig 2>/dev/null)" >"$npmrc" 2>/dev/null || true

options=(--isolation chroot --format docker --tag "$image" --file "$file" --secret "id=npmrc,src=$npmrc")
if [ -n "${2:-}" ]; then options+=(--build-arg "BASE=$2"); fi
# As Docker does it: a file of its own beside the Dockerfile counts before that of the folder.
if [ -e "$file.dockerignore" ]; then options+=(--ignorefile "$file.dockerignore"); fi
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  printf '\ncafile=%s\n' "$NODE_EXTRA_CA_CERTS" >>"$npmrc"
  options+=(--volume "$NODE_EXTRA_CA_CERTS:$NODE_EXTRA_CA_CERTS:ro")
fi
buildah build "${options[@]}" .
