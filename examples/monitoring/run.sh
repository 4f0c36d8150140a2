#!/bin/sh
# A Prometheus finds what it has to scrape: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs prometheus prometheus
needs promtool prometheus
begin "${1:-/tmp/remora-monitoring}"
ports etcd prometheus first second
own_etcd "$etcd"
ready_made prometheus "/etc/prometheus=>$folder" "! pidof prometheus=>! test -s $folder/pid" "\$(pidof prometheus)=>\$(cat $folder/pid)"
remora keys put /prometheus/scrape_interval 1s
for name in first second; do
  eval port=\$$name
  start "$name.log" node -e 'require("http").createServer((_, a) => a.end(`demo{name="${process.argv[2]}"} 1\n`)).listen(+process.argv[1], "127.0.0.1")' "$port" "$name"
done
targets() {
  curl -s "http://127.0.0.1:$prometheus/api/v1/targets?state=active" | node -e '
    let text = "";
    process.stdin.on("data", (chunk) => (text += chunk)).on("end", () => {
      for (const { labels, health } of JSON.parse(text).data.activeTargets) console.log(`   ${health} ${labels.instance} service=${labels.service} env=${labels.env ?? ""}`);
    });'
}
has() { targets | grep -q "$1"; }

say "1. Prometheus runs, and has nothing to do"
start remora.log node "$program" run -- sh -c "echo \$\$ > pid; exec prometheus --config.file=$folder/prometheus.yml --storage.tsdb.path=$folder/tsdb --web.listen-address=127.0.0.1:$prometheus"
until_true 30 curl -sf -o /dev/null "http://127.0.0.1:$prometheus/-/ready"

say "2. Two instances register with the tag \"prometheus\"; their other tags are labels. Prometheus takes a new list within 5 s"
register web "$first" --layout json --tag prometheus --tag env=prod
one=$!
register api "$second" --layout json --tag prometheus --tag env=test
until_true 30 has "up 127.0.0.1:$first service=web env=prod"
until_true 30 has "up 127.0.0.1:$second service=api env=test"
targets

say "3. One of them is gone"
kill "$one"
until_true 30 sh -c "! curl -s 'http://127.0.0.1:$prometheus/api/v1/targets?state=active' | grep -q '127.0.0.1:$first'"
targets
