#!/bin/sh
# hipache's lists in Redis, and the same routes in nginx, from one registration: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs nginx nginx
needs redis-server redis-server
begin "${1:-/tmp/remora-hipache-routes}"
ports etcd redis http first second
own_etcd "$etcd"
start redis.log redis-server --port "$redis" --bind 127.0.0.1 --save "" --dir "$folder"
export REMORA_REGISTRAR_REDIS_URL="redis://127.0.0.1:$redis" REMORA_REGISTRAR_LAYOUT=json
ready_made hipache
own_nginx nginx-hipache.conf.njk
remora keys put /hipache/listen "127.0.0.1:$http"
site=http://127.0.0.1:$http/
web "$first" "the first instance"
web "$second" "the second instance"
list() { echo "   frontend:www.example.com"; redis-cli -p "$redis" LRANGE frontend:www.example.com 0 -1 | sed 's/^/     /'; }
listed() { redis-cli -p "$redis" LRANGE frontend:www.example.com 0 -1 | grep -q ":$1\$"; }

say "1. Nobody asks for a domain"
with_nginx
until_answers "$site" www.example.com "(400)"

say "2. An instance does: its registrar puts it into Redis, for hipache, and into etcd, from which nginx is written"
register web "$first" --registry redis --registry etcd --attr 'domain=www.example.com,*.example.org'
one=$!
until_true 20 listed "$first"
list
until_answers "$site" www.example.com "the first instance"
until_answers "$site" any.example.org "the first instance"

say "3. A second one comes, the first one goes"
register web "$second" --registry redis --registry etcd --attr 'domain=www.example.com,*.example.org'
until_true 20 listed "$second"
kill "$one"
until_true 20 sh -c "! redis-cli -p $redis LRANGE frontend:www.example.com 0 -1 | grep -q ':$first\$'"
until_true 20 sh -c "! grep -q '127.0.0.1:$first ' nginx.conf"
list
until_answers "$site" www.example.com "the second instance"
