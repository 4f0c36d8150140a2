#!/bin/sh
# HAProxy follows the services of a Consul of its own: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs haproxy haproxy
needs consul consul
begin "${1:-/tmp/remora-haproxy-consul}"
ports consul server serf http first second api
cat > consul.json << END
{ "data_dir": "$folder/consul", "server": true, "bootstrap_expect": 1, "bind_addr": "127.0.0.1", "disable_update_check": true, "performance": { "raft_multiplier": 1 },
  "ports": { "http": $consul, "server": $server, "serf_lan": $serf, "serf_wan": -1, "dns": -1, "grpc": -1 } }
END
start consul.log consul agent -config-file=consul.json
export REMORA_BACKEND=consul REMORA_CONSUL_ADDRESS="http://127.0.0.1:$consul"
site=http://127.0.0.1:$http
until_true 30 remora keys put /haproxy/bind "127.0.0.1:$http" > keys.log 2>&1
remora keys put /haproxy/socket "$folder/admin.sock"
ready_made haproxy "/etc/haproxy=>$folder" "/run/haproxy.pid=>$folder/haproxy.pid" \
  '{% set REGISTRY = "/services" %}=>{% set REGISTRY = "consul" %}' 'keys = ["/services", "/haproxy"]=>keys = ["/haproxy"]'
web "$first" "the first instance of web"
web "$second" "the second instance of web"
web "$api" "the api"

say "1. HAProxy starts, and knows no domain"
start remora.log node "$program" run -- haproxy -W -f "$folder/haproxy.cfg" -p "$folder/haproxy.pid"
until_answers "$site/" shop.example.com "(404)"

say "2. A service registers in Consul, and asks for a domain by its attribute"
register web "$first" --registry consul --attr domain=shop.example.com
one=$!
until_answers "$site/" shop.example.com "the first instance of web"

say "3. Another service asks for a path of the same domain"
register api "$api" --registry consul --attr domain=shop.example.com --attr path=/api
until_answers "$site/api/items" shop.example.com "the api"

say "4. The first instance moves: it deregisters here, and registers there"
kill "$one"
register web "$second" --registry consul --attr domain=shop.example.com
until_answers "$site/" shop.example.com "the second instance of web"

say "5. What was written"
sed -n '/use_backend/p; /^backend/,$p' haproxy.cfg
