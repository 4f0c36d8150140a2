#!/bin/sh
# Logs of a host go to a log server that is found by its name, and moves: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs rsyslogd rsyslog
begin "${1:-/tmp/remora-central-logging}"
ports etcd first second
own_etcd "$etcd"
ready_made rsyslog "/etc/rsyslog.d/90-remora.conf=>$folder/forward.conf" 'reload_cmd = "systemctl try-restart rsyslog"=>on_change = "restart"'
# What a host's own rsyslog.conf has: where messages come from. The socket is this example's.
cat > rsyslog.conf << END
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$folder/log")
include(file="$folder/forward.conf")
END
for server in first second; do
  eval port=\$$server
  cat > "$server.conf" << END
module(load="imtcp")
input(type="imtcp" port="$port" address="127.0.0.1")
action(type="omfile" file="$folder/$server.received")
END
  start "$server.log" rsyslogd -n -f "$folder/$server.conf" -i "$folder/$server.pid"
done
# Says something on the host until it has arrived: the connection is made with the first message.
arrives() { logger --socket "$folder/log" "$2"; grep -qsF "$2" "$1.received"; }

say "1. No log server is registered: rsyslog runs, and forwards nothing"
start remora.log node "$program" run -- rsyslogd -n -f "$folder/rsyslog.conf" -i "$folder/host.pid"
until_true 20 test -S log
grep -v '^#' forward.conf

say "2. One registers as \"syslog\": rsyslog is restarted with it"
register syslog "$first" --layout registrator
one=$!
until_true 20 arrives first "the host says hello"
until_said first.received "the host says hello"

say "3. It moves: the next message arrives at the new place"
kill "$one"
register syslog "$second" --layout registrator
until_true 20 arrives second "the host says hello again"
until_said second.received "the host says hello again"
