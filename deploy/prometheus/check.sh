#!/usr/bin/env bash
# Checks alert rules and scrape settings, and runs the rules' unit tests, with Prometheus' own promtool.
set -eu
cd "$(dirname "$0")"
promtool check config --syntax-only prometheus.yml
promtool check rules alerts.yml
promtool test rules alerts.test.yml
