#!/bin/sh
# Shows the five commands of an ordinary day, on keys in a file. Usage: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-/tmp/remora-quickstart}
main=$here/../../dist/main.js

[ -f "$main" ] || { echo "Cannot find dist/main.js: run \"npm run build\" first" >&2; exit 1; }

mkdir -p "$folder"
cp -R "$here/conf.d" "$here/templates" "$here/data.yaml" "$folder/"
# Targets are absolute paths: they follow the folder.
sed "s|/tmp/remora-quickstart|$folder|g" "$here/conf.d/app.toml" > "$folder/conf.d/app.toml"

remora() {
  printf '\n$ remora %s\n' "$*"
  node "$main" "$@" --confdir "$folder" --state-dir "$folder/state"
}

# Runs a command that ends with the given status.
expecting() {
  wanted=$1; shift
  status=0; "$@" || status=$?
  [ "$status" -eq "$wanted" ] || { echo "Expected exit status $wanted, not $status" >&2; exit 1; }
}

show() {
  printf '\n$ cat %s\n' "$1"
  cat "$1"
}

remora check
expecting 10 remora render --dry-run
remora render
show "$folder/app.env"
remora render
remora keys put /app/greeting "It's a change"
remora render
show "$folder/app.env"
remora keys put /app/port none
expecting 5 remora render
show "$folder/app.env"
show "$folder/reloads.log"
