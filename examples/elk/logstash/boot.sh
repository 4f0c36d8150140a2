#!/bin/sh
# Ensures the certificate, writes the configuration once Elasticsearch is there, starts the server, and publishes /logstash/host.
set -eu
export REMORA_CONFDIR=/elk/logstash
key=/var/lib/keys/logstash.key
[ -s "$key.pub" ] || { remora secret keygen --out "$key" > "$key.new" && mv "$key.new" "$key.pub"; }

# Forwarders connect to the address, so the certificate names it. One that was made for another address gets this one as well.
remora cert ensure logstash --key-prefix /logstash/ssl --san logstash --san "$(hostname -i)" --to "$key.pub" --timeout 10m
exec remora run -- python3 /elk/logstash/logstash.py
