#!/bin/sh
# The whole story of a secret, against an etcd of its own: run.sh [FOLDER [PORT]]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-/tmp/remora-secrets}
port=${2:-12379}
program=$here/../../dist/main.js

say() { printf '\n%s\n' "$*"; }
exec 3>&1
remora() { printf '   $ remora %s\n' "$*" >&3; command node "$program" "$@"; }

[ -e "$program" ] || { echo "Build Remora first: npm run build" >&2; exit 2; }
command -v etcd > /dev/null || { echo "This example runs an etcd of its own, and there is none: apt-get install etcd-server" >&2; exit 2; }

rm -rf "$folder"
mkdir -p "$folder/keys"
cp -r "$here/conf.d" "$here/templates" "$folder"
# Targets are absolute paths: they follow the folder.
sed "s|/tmp/remora-secrets|$folder|g" "$here/conf.d/db.toml" > "$folder/conf.d/db.toml"
cd "$folder"

etcd --data-dir etcd --log-level error --listen-client-urls "http://127.0.0.1:$port" --advertise-client-urls "http://127.0.0.1:$port" \
  --listen-peer-urls "http://127.0.0.1:0" --initial-advertise-peer-urls "http://127.0.0.1:0" --initial-cluster "default=http://127.0.0.1:0" > etcd.log 2>&1 &
etcd=$!
trap 'kill $etcd; wait $etcd 2> etcd.log || true' EXIT

export REMORA_CONFDIR="$folder" REMORA_STATE_DIR="$folder/state" REMORA_BACKEND=etcd REMORA_ETCD_ENDPOINTS="http://127.0.0.1:$port" REMORA_KEYRING="$folder/keys"

tries=0
until command node "$program" keys > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] || { echo "etcd does not answer on port $port" >&2; exit 1; }
  sleep 0.2
done

say "1. A key for this kind of host: the private one stays in its file, the public one may be told to everybody"
remora secret keygen --out keys/first.key > first.pub
cat first.pub

say "2. A password goes into etcd, sealed; it comes from standard input, never from the command line"
printf 'correct horse battery staple' | remora secret put /db/password --to first.pub
remora keys put /db/host 10.0.0.7
remora keys

say "3. The template reads it like any other key, and the target is for nobody else's eyes"
remora render
ls -l out/db.conf
before=$(cksum < out/db.conf)

say "4. The key is rotated: every value is sealed for the new one, and stays what it was"
remora secret keygen --out keys/second.key > second.pub
remora secret rotate --from keys/first.key --to second.pub /
rm keys/first.key
remora secret list

say "5. Rendered again, nothing changed"
remora render
[ "$(cksum < out/db.conf)" = "$before" ] && echo "out/db.conf is what it was"

say "6. What others would see: for whom it is sealed, and nothing else"
remora explain
(unset REMORA_KEYRING; remora secret list)
