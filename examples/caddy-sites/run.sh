#!/bin/sh
# Caddy serves the domains that services ask for, from keys in a file: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs caddy caddy
begin "${1:-/tmp/remora-caddy-sites}"
ports http admin first second blog
export HOME="$folder" XDG_DATA_HOME="$folder/data" XDG_CONFIG_HOME="$folder/config"
ready_made caddy "/etc/caddy=>$folder" "! pidof caddy=>! curl -s http://127.0.0.1:$admin/config/" "caddy reload=>caddy reload --address 127.0.0.1:$admin"
cat > data.yaml << END
caddy: { https: "off", http_port: $http, admin: "127.0.0.1:$admin" }
services:
  web:
    web-1: '{"id": "web-1", "address": "127.0.0.1", "port": $first, "attributes": {"domain": "shop.example.com"}}'
END
export REMORA_FILE_PATH="$folder/data.yaml"
site=http://127.0.0.1:$http
web "$first" "the shop"
web "$second" "the shop, moved"
web "$blog" "the blog"

say "1. One domain"
start remora.log node "$program" run -- caddy run --adapter caddyfile --config "$folder/Caddyfile"
until_answers "$site/" shop.example.com "the shop"

say "2. A second service asks for a domain of its own, and for a path of the other"
remora keys put /services/blog/blog-1 "{\"id\":\"blog-1\",\"address\":\"127.0.0.1\",\"port\":$blog,\"attributes\":{\"domain\":\"blog.example.com,shop.example.com\",\"path\":\"/blog\"}}"
until_answers "$site/blog" blog.example.com "the blog"
until_answers "$site/blog" shop.example.com "the blog"

say "3. The shop moves, and Caddy's API takes the new file"
sed -i "s/$first/$second/" data.yaml
until_answers "$site/" shop.example.com "the shop, moved"

say "4. A bad file is refused by the check, and Caddy goes on with the old one"
printf '{%% extends "Caddyfile.njk" %%}\n{%% block sites %%}\nevil.example.com {\n\tnonsense\n}\n{%% endblock %%}\n' > templates/bad.njk
sed 's/Caddyfile.njk/bad.njk/' conf.d/caddy.toml > caddy.toml && cat caddy.toml > conf.d/caddy.toml
until_said remora.log "unrecognized directive: nonsense" > said.log
echo "   the check says: unrecognized directive: nonsense"
until_answers "$site/" shop.example.com "the shop, moved"
