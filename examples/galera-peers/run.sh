#!/bin/sh
# The members of a cluster find one another: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs mariadbd mariadb-server-core
needs mariadb mariadb-client-core
[ -e /usr/lib/galera/libgalera_smm.so ] || { echo "This example runs Galera, and there is none: apt-get install galera-4" >&2; exit 2; }
begin "${1:-/tmp/remora-galera-peers}"
ports etcd group_1 group_2 group_3 ist_1 ist_2 ist_3
own_etcd "$etcd"

# Each member is a host of its own, with a Remora of its own, whose address is 127.0.0.N.
member() {
  mkdir -p "$folder/$1"
  cd "$folder/$1"
  REMORA_CONFDIR=$folder/$1
  ready_made galera "/etc/mysql/mariadb.conf.d/60-galera.cnf=>$folder/$1/galera.cnf" "galera.cnf.njk=>member.cnf.njk"
  eval "group=\$group_$1 ist=\$ist_$1"
  cat > templates/member.cnf.njk << END
{% extends "galera.cnf.njk" %}
{% block mysqld %}
$(local_options "$1")
wsrep_provider_options = "gmcast.listen_addr=tcp://127.0.0.$1:$group;ist.recv_addr=tcp://127.0.0.$1:$ist;gcache.size=1M"
wsrep_sst_method = copied
{% endblock %}
END
  cat > remora.toml << END
[registrar]
layout = "json"

[[service]]
name    = "galera"
id      = "member-$1"
port    = $group
address = ["static:127.0.0.$1"]
checks  = ["tcp:127.0.0.$1:$group"]
END
  cd "$folder"
}

# All that keeps a server in its folder, and small.
local_options() {
  cat << END
datadir = $folder/$1/data
socket = $folder/$1/socket
skip_networking = ON
skip_grant_tables = ON
innodb_buffer_pool_size = 8M
innodb_log_file_size = 4M
innodb_temp_data_file_path = ibtmp1:1M:autoextend
END
}

# Galera copies the data of a member to a new one by a program, wsrep_sst_METHOD. Here all begin with the same data, and the rest is sent by Galera itself.
same_data() {
  mkdir -p bin seed/data/mysql
  cat > bin/wsrep_sst_copied << END
#!/bin/sh
while [ \$# -gt 0 ]; do
  case \$1 in --role) role=\$2 ;; --gtid) gtid=\$2 ;; --address) address=\$2 ;; esac
  shift
done
position=$folder/position
case \$role in
donor) echo "\$gtid" > "\$position"; echo "done \$gtid" ;;
joiner) rm -f "\$position"; echo "ready \$address/same"; until [ -s "\$position" ]; do sleep 0.1; done; cat "\$position" ;;
esac
END
  chmod +x bin/wsrep_sst_copied
  PATH=$folder/bin:$PATH
  { echo "[mysqld]"; local_options seed; } > seed.cnf
  start seed.log mariadbd --defaults-file=seed.cnf --user="$(id -un)" --wsrep-on --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-cluster-name=galera --wsrep-cluster-address=gcomm:// \
    --wsrep-node-address=127.0.0.1 --wsrep-provider-options="gmcast.listen_addr=tcp://127.0.0.1:$group_1;gcache.size=1M" --binlog-format=ROW --innodb-autoinc-lock-mode=2
  until_true 30 is_synced seed
  kill "$!"
  wait "$!" || true
  rm seed/data/galera.cache
  for each in 1 2 3; do mkdir -p "$each"; cp -a seed/data "$each/data"; done
}

sql() { mariadb --no-defaults -S "$1/socket" -N -B -e "$2" 2> /dev/null; }
is_synced() { [ "$(sql "$1" 'SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "wsrep_local_state_comment"')" = Synced ]; }
has_size() { [ "$(sql "$1" 'SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "wsrep_cluster_size"')" = "$2" ]; }
has_row() { [ "$(sql "$1" 'SELECT name FROM shop.fish')" = "$2" ]; }

# A Remora that starts the database once it knows the others, and registers it once it listens.
joins() {
  start "$1.log" env GALERA_ADDRESS="127.0.0.$1" node "$program" run --confdir "$folder/$1" --state-dir "$folder/$1/state" -- mariadbd --defaults-file="$folder/$1/galera.cnf" --user="$(id -un)"
}
has() { grep -qsF "wsrep_cluster_address = \"gcomm://$2\"" "$1/galera.cnf"; }
knows() {
  until_true 30 has "$1" "$2"
  printf '   127.0.0.%s: %s\n' "$1" "$(grep -F wsrep_cluster_address "$1/galera.cnf")"
}
counts() {
  until_true 30 is_synced "$1"
  until_true 30 has_size "$1" "$2"
  printf '   127.0.0.%s: one of %s, synced\n' "$1" "$2"
}

same_data
for each in 1 2 3; do member "$each"; done

say "1. Nobody is registered: a member waits, unless it may begin the cluster"
joins 2
second=$!
until_said 2.log "Waiting for keys"
REMORA_CONFDIR=$folder/1 remora keys put /galera/bootstrap 127.0.0.1
joins 1
knows 1 ""
counts 1 1

say "2. It begins, and registers: the others find it, and join"
knows 2 "127.0.0.1:$group_1"
counts 2 2
joins 3
counts 3 3
knows 1 "127.0.0.2:$group_2,127.0.0.3:$group_3"
knows 2 "127.0.0.1:$group_1,127.0.0.3:$group_3"
knows 3 "127.0.0.1:$group_1,127.0.0.2:$group_2"

say "3. What is written to one is in the others"
sql 1 "CREATE DATABASE shop; CREATE TABLE shop.fish (id INT PRIMARY KEY, name TEXT) ENGINE=InnoDB; INSERT INTO shop.fish VALUES (1, 'remora')"
until_true 10 has_row 3 remora
printf '   127.0.0.3: %s\n' "$(sql 3 'SELECT name FROM shop.fish')"

say "4. One leaves: it is in no list, and the others go on"
kill "$second"
wait "$second" || true
knows 1 "127.0.0.3:$group_3"
knows 3 "127.0.0.1:$group_1"
counts 1 2
