#!/bin/sh
# The members of a cluster find one another: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs mariadbd mariadb-server-core
begin "${1:-/tmp/remora-galera-peers}"
ports etcd
own_etcd "$etcd"

# Each member is a host of its own, with a Remora of its own, whose address is 10.0.0.N.
member() {
  mkdir -p "$folder/$1"
  cd "$folder/$1"
  REMORA_CONFDIR=$folder/$1
  ready_made galera "/etc/mysql/mariadb.conf.d/60-galera.cnf=>$folder/$1/galera.cnf"
  cd "$folder"
  start "$1.log" env GALERA_ADDRESS="10.0.0.$1" node "$program" run --confdir "$folder/$1" --state-dir "$folder/$1/state"
}
# A member registers once its mariadbd listens; here none does.
joins() { start "register-$1.log" node "$program" register --name galera --id "member-$1" --port 4567 --address "static:10.0.0.$1" --layout registrator --state-dir "$folder/registrars/$1"; }
has() { grep -qsF "wsrep_cluster_address = \"gcomm://$2\"" "$1/galera.cnf"; }
shows() {
  until_true 30 has "$1" "$2"
  printf '   10.0.0.%s: %s\n' "$1" "$(mariadbd --defaults-file="$1/galera.cnf" --help --verbose 2> mariadbd.log | grep '^wsrep-cluster-address')"
}

say "1. Nobody is registered: the members wait, but for the one that may begin the cluster"
remora keys put /galera/bootstrap 10.0.0.1
member 1
member 2
member 3
shows 1 ""
until_said 2.log "Waiting for keys"

say "2. It begins, and registers: the others find it, and it may not begin another cluster"
joins 1
shows 2 10.0.0.1:4567
shows 3 10.0.0.1:4567
joins 2
second=$!
joins 3
shows 1 10.0.0.2:4567,10.0.0.3:4567
shows 2 10.0.0.1:4567,10.0.0.3:4567
shows 3 10.0.0.1:4567,10.0.0.2:4567

say "3. One leaves"
kill "$second"
shows 1 10.0.0.3:4567
shows 3 10.0.0.1:4567
