#!/usr/bin/env bash
# Makes a base image where no registry of images can be reached: Debian, by debootstrap, with this project's Node 24 and
# an npm. Stands in for node:24-slim when the image is proven (prove.sh); not for production.
set -euo pipefail
cd "$(dirname "$0")/../.."
image=${1:?usage: base.sh IMAGE}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

debootstrap --variant=minbase bookworm "$root" >&2
install -m 0755 node_modules/node/bin/node "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -a "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/"
ln -sfn ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"

container=$(buildah from scratch)
buildah add --quiet "$container" "$root" / >/dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
buildah commit --quiet --rm "$container" "$image"
