#!/bin/sh
# An app that waits for what it needs and is told when it changes, against an etcd of its own: run.sh [FOLDER [PORT]]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-/tmp/remora-requires}
port=${2:-12379}
program=$here/../../dist/main.js

say() { printf '\n%s\n' "$*"; }
remora() { command node "$program" "$@"; }
# Waits for a line of the app, or of the log.
until_said() {
  tries=0
  until grep -qF "$2" "$1"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "\"$2\" did not come" >&2; cat "$1" log >&2; exit 1; }
    sleep 0.1
  done
  grep -F "$2" "$1" | tail -n 1
}

[ -e "$program" ] || { echo "Build Remora first: npm run build" >&2; exit 2; }
command -v etcd > /dev/null || { echo "This example runs an etcd of its own, and there is none: apt-get install etcd-server" >&2; exit 2; }

rm -rf "$folder"
mkdir -p "$folder/keys"
cp "$here/remora.toml" "$here/app.sh" "$folder"
cd "$folder"

etcd --data-dir etcd --log-level error --listen-client-urls "http://127.0.0.1:$port" --advertise-client-urls "http://127.0.0.1:$port" \
  --listen-peer-urls "http://127.0.0.1:0" --initial-advertise-peer-urls "http://127.0.0.1:0" --initial-cluster "default=http://127.0.0.1:0" > etcd.log 2>&1 &
running=$!
trap 'kill $running 2> etcd.log || true; wait' EXIT

export REMORA_CONFDIR="$folder" REMORA_STATE_DIR="$folder/state" REMORA_ETCD_ENDPOINTS="http://127.0.0.1:$port"
tries=0
until remora keys > etcd.log 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] || { echo "etcd does not answer on port $port" >&2; exit 1; }
  sleep 0.2
done

say "1. Keys below /app/env are the app's variables; the password is sealed"
remora secret keygen --out keys/app.key > app.pub
printf 'correct horse battery staple' | remora secret put /app/env/db/password --to app.pub
remora keys put /app/env/log-level info

say "2. The app is not started while no mysql is registered"
: > app.out
node "$program" run -- ./app.sh > app.out 2> log &
running="$! $running"
until_said log "Waiting for services"

say "3. One registers, as its own container would: the app starts"
REMORA_STATE_DIR="$folder/mysql" node "$program" register --name mysql --port 3306 --address static:10.0.0.5 > mysql.log 2>&1 &
mysql=$!
running="$mysql $running"
until_said app.out "app: starts with DB_URL=mysql://10.0.0.5/shop, LOG_LEVEL=info"

say "4. It is gone: the app is told, and goes on"
kill "$mysql"
until_said app.out "app: told"

say "5. It is back at another address: DB_URL is another one, and the app is restarted with it"
REMORA_STATE_DIR="$folder/mysql" node "$program" register --name mysql --port 3306 --address static:10.0.0.6 > mysql.log 2>&1 &
running="$! $running"
until_said app.out "app: starts with DB_URL=mysql://10.0.0.6/shop, LOG_LEVEL=info"

say "6. What the app is given, without its values"
remora explain
