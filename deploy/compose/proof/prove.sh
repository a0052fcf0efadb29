#!/usr/bin/env bash
# Runs docker-compose.yml without Docker: builds its images with buildah, and starts its services from them by their own
# commands, environments, volumes, networks and conditions, with an embedded PostgreSQL in place of that image. Needs
# root, buildah and iproute2, and debootstrap unless BASE names an image that can be reached. Everything it makes is in
# namespaces of its own, or gone afterwards. Not part of the tests: it takes minutes.
set -euo pipefail
cd "$(dirname "$0")/../../.."
service=localhost/token-broker:compose-proof
development=localhost/token-broker-development:compose-proof
base=${BASE:-localhost/token-broker-base:compose-proof}
made=("$service" "$development")
containers=()
clean() {
  for one in "${containers[@]}"; do buildah rm "$one" >/dev/null; done
  for one in "${made[@]}"; do buildah rmi "$one" >/dev/null 2>&1 || true; done
}
trap clean EXIT
if [ -z "${BASE:-}" ]; then
  made+=("$base")
  deploy/image/base.sh "$base"
fi
deploy/image/build.sh "$service" "$base"
deploy/image/build.sh "$development" "$base" deploy/compose/Dockerfile

words=()
for image in "$service" "$development"; do
  container=$(buildah from "$image")
  containers+=("$container")
  words+=("$image" "$(buildah mount "$container")")
done
# The names of networks lie in /run/netns: in memory here, seen by nobody else.
unshare --net --mount sh -c 'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && exec "$@"' - \
  node_modules/.bin/node deploy/compose/proof/prove.ts "${words[@]}"
