# What the examples have in common. Each is run as run.sh [FOLDER], makes that folder anew and works in it alone.

program=$here/../../dist/main.js
running=

say() { printf '\n%s\n' "$*"; }

remora() { node "$program" "$@"; }

# Makes the folder, and remora's configuration and state in it.
begin() {
  [ -e "$program" ] || { echo "Build Remora first: npm run build" >&2; exit 2; }
  folder=$1
  rm -rf "$folder"
  mkdir -p "$folder"
  cd "$folder"
  PATH=$PATH:/usr/sbin:/sbin
  export REMORA_CONFDIR="$folder" REMORA_STATE_DIR="$folder/state" REMORA_WAIT_MIN=10ms
  trap end EXIT
  trap 'exit 1' HUP INT TERM
}

# The newest first: a registrar takes back what it registered, and so its registry has to be there still.
end() {
  for each in $running; do
    kill "$each" 2> /dev/null || true
    wait "$each" 2> /dev/null || true
  done
}

# needs PROGRAM PACKAGE
needs() { command -v "$1" > /dev/null || { echo "This example runs $1, and there is none: apt-get install $2" >&2; exit 2; }; }

# ports NAME...: puts a free port into each variable.
ports() {
  eval "$(node -e '
    const all = process.argv.slice(1).map((name) => [name, require("net").createServer().listen(0, "127.0.0.1")]);
    setTimeout(() => { for (const [name, server] of all) { console.log(`${name}=${server.address().port}`); server.close(); } }, 20);
  ' "$@")"
}

# start LOG COMMAND...: in the background until the end of the example; $! is its process.
start() {
  log=$1
  shift
  "$@" > "$log" 2>&1 &
  running="$! $running"
}

# until_true SECONDS COMMAND...
until_true() {
  left=$(($1 * 10))
  shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "Did not come true: $*" >&2; tail -n 20 ./*.log >&2; exit 1; }
    sleep 0.1
  done
}

# until_said FILE TEXT: waits for a line, and shows it.
until_said() { until_true 30 grep -qsF -- "$2" "$1"; grep -F -- "$2" "$1" | tail -n 1; }

# ask URL DOMAIN: what the web server says, in one line.
ask() { curl -sS -m 5 -H "Host: ${2:-localhost}" -w ' (%{http_code})\n' "$1" 2>&1 | tr -d '\r' | tail -n 1; }

# until_answers URL DOMAIN TEXT: asks until the answer has it, and shows the answer.
until_answers() {
  until_true 30 answers "$@"
  printf '   %s -> %s\n' "$2" "$answer"
}
answers() { answer=$(ask "$1" "$2"); case $answer in *"$3"*) ;; *) return 1 ;; esac; }

# web PORT TEXT: a web server that always answers this; stands for an app.
web() {
  start "web-$1.log" node -e 'require("http").createServer((_, a) => a.end(process.argv[2])).listen(+process.argv[1], "127.0.0.1")' "$1" "$2"
}

# etcd PORT: one of the example's own, and Remora's backend.
own_etcd() {
  needs etcd etcd-server
  export REMORA_BACKEND=etcd REMORA_ETCD_ENDPOINTS="http://127.0.0.1:$1"
  start etcd.log etcd --data-dir etcd --listen-client-urls "http://127.0.0.1:$1" --advertise-client-urls "http://127.0.0.1:$1" \
    --listen-peer-urls "http://127.0.0.1:0" --initial-advertise-peer-urls "http://127.0.0.1:0" --initial-cluster "default=http://127.0.0.1:0"
  until_true 20 curl -sf -o /dev/null "http://127.0.0.1:$1/health"
}

# register NAME PORT FLAG...: a container's registrar, in the background; $! is its process.
register() {
  id=$1-$2
  name=$1
  port=$2
  shift 2
  start "register-$id.log" node "$program" register --name "$name" --port "$port" --id "$id" --address static:127.0.0.1 --state-dir "$folder/registrars/$id" "$@"
}

# ready_made NAME ["FROM=>TO"...]: a ready-made unit and its templates, with places of the machine moved elsewhere.
ready_made() {
  remora init "$1" > init.log
  shift
  for each in "$@"; do
    from=$(printf '%s' "${each%%=>*}" | sed 's/[][\.*^$]/\\&/g')
    sed -i "s|$from|${each#*=>}|g" conf.d/*.toml templates/*
  done
}

# own_nginx TEMPLATE: has the ready-made nginx keep all that it writes in the folder.
own_nginx() {
  cat > templates/local.conf.njk << END
{% extends "$1" %}
{% block main %}
pid $folder/nginx.pid;
error_log $folder/nginx-error.log;
{% endblock %}
{% block http %}
    access_log off;
    client_body_temp_path $folder/tmp;
    proxy_temp_path $folder/tmp;
    fastcgi_temp_path $folder/tmp;
    uwsgi_temp_path $folder/tmp;
    scgi_temp_path $folder/tmp;
{% endblock %}
END
  nginx="nginx -e $folder/nginx-error.log -c"
  sed -i "s|src  = \".*\"|src  = \"local.conf.njk\"|; s|/etc/nginx/|$folder/|; s|/run/nginx.pid|$folder/nginx.pid|g; s|nginx -t -q -c|nginx -t -q -e $folder/nginx-error.log -c|; s|nginx -s reload|$nginx $folder/nginx.conf -s reload|" conf.d/*.toml
}

# with_nginx: Remora, with nginx as its app.
with_nginx() { start remora.log node "$program" run -- nginx -e "$folder/nginx-error.log" -c "$folder/nginx.conf" -g 'daemon off;'; }
