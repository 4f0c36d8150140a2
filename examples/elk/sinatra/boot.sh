#!/bin/sh
# Waits for Logstash, starts the forwarder of the logs and the app, and publishes /sinatra/PORT/host.
set -eu
export REMORA_CONFDIR=/elk/sinatra PORT
# A port of its own, of the last two numbers of its address: Compose tells its replicas nothing apart.
PORT=$(hostname -i | awk -F. '{ print 10000 + $3 % 100 * 256 + $4 }')

cat > "$REMORA_CONFDIR/remora.toml" <<EOF
[registrar]
several_ports = true

[[service]]
name           = "sinatra"
port           = $PORT
checks         = ["http://127.0.0.1:$PORT/health"]
check_interval = "2s"
EOF

remora render --wait 10m --timeout 10m --no-reload
# It reads its file once: to have it read the file again, it is killed, and started here.
while :; do
  python3 /elk/sinatra/logstash-forwarder.py -config /etc/logstash-forwarder/logstash-forwarder.json || sleep 1
done &
exec remora run -- python3 /elk/sinatra/app.py
