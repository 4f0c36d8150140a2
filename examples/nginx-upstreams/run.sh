#!/bin/sh
# nginx follows the instances of a service, in an etcd of its own: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs nginx nginx
begin "${1:-/tmp/remora-nginx-upstreams}"
ports etcd http first second
own_etcd "$etcd"
ready_made nginx
own_nginx nginx.conf.njk
site=http://127.0.0.1:$http/
web "$first" "the first instance"
web "$second" "the second instance"

say "1. A domain belongs to a service that nobody has registered: nginx starts, and answers 502"
remora keys put /nginx/listen "127.0.0.1:$http"
remora keys put /vhosts/shop.example.com web
with_nginx
until_answers "$site" shop.example.com "(502)"

say "2. An instance registers, as its container would"
register web "$first" --layout registrator
one=$!
until_answers "$site" shop.example.com "the first instance"

say "3. A second one does, and the first one is stopped: it deregisters, and nginx asks the other"
register web "$second" --layout registrator
until_true 20 grep -q "127.0.0.1:$second;" nginx.conf
kill "$one"
until_true 20 sh -c "! grep -q '127.0.0.1:$first;' nginx.conf"
until_answers "$site" shop.example.com "the second instance"

say "4. Ten changes while requests come in"
start load.log node "$here/load.mjs" "$http" shop.example.com "$folder/stop"
load=$!
for n in 1 2 3 4 5 6 7 8 9 10; do
  remora keys put "/services/web/more-$n" "127.0.0.1:$second"
  until_true 20 sh -c "[ \$(grep -c '127.0.0.1:$second;' nginx.conf) -gt $n ]"
done
touch stop
wait "$load"
cat load.log

say "5. The upstream as it is now"
sed -n '/upstream web/,/}/p' nginx.conf
