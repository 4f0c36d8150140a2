#!/bin/sh
# The database moves, and the application is updated as it runs: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

needs php php-cli
php -m | grep -qx mysqli || { echo "This example has PHP ask a database, and PHP cannot: apt-get install php-mysql" >&2; exit 2; }
needs mariadb-install-db mariadb-server-core
begin "${1:-/tmp/remora-wordpress-mysql}"
ports etcd http first second
own_etcd "$etcd"
ready_made wordpress "/var/www/html=>$folder"
cp "$here/wp-settings.php" "$here/index.php" .
# database NAME PORT: a server that knows the application's user, and the name of its own.
database() {
  cp -a empty "$1"
  cat > "$1.sql" << END
CREATE DATABASE wordpress;
CREATE USER wordpress@'127.0.0.1' IDENTIFIED BY 'correct horse db/password';
GRANT ALL ON wordpress.* TO wordpress@'127.0.0.1';
CREATE TABLE wordpress.wp_options (option_name VARCHAR(64) PRIMARY KEY, option_value TEXT);
INSERT INTO wordpress.wp_options VALUES ('blogname', '$1');
END
  start "$1.log" mariadbd --no-defaults --user="$(id -un)" --datadir="$folder/$1" --socket="$folder/$1.socket" --bind-address=127.0.0.1 --port="$2" --skip-name-resolve --init-file="$folder/$1.sql" --innodb-log-file-size=4M
}
mariadb-install-db --no-defaults --datadir="$folder/empty" --skip-test-db --skip-name-resolve --innodb-log-file-size=4M > install.log 2>&1
database first "$first"
database second "$second"

say "1. Passwords and salts lie sealed; without a database the unit waits"
remora secret keygen --out remora.key > remora.pub
export REMORA_KEYRING="$folder/remora.key"
for name in db/password salts/AUTH_KEY salts/SECURE_AUTH_KEY salts/LOGGED_IN_KEY salts/NONCE_KEY salts/AUTH_SALT salts/SECURE_AUTH_SALT salts/LOGGED_IN_SALT salts/NONCE_SALT; do
  printf 'correct horse %s' "$name" | remora secret put "/wordpress/$name" --to remora.pub
done
start remora.log node "$program" run -- php -S "127.0.0.1:$http" -t "$folder"
until_said remora.log "Waiting for keys"

say "2. The database registers: wp-config.php is written, checked by php -l, and the application starts"
register mysql "$first" --layout registrator
one=$!
until_answers "http://127.0.0.1:$http/" blog.example.com "a page out of the first database"
ls -l wp-config.php | cut -c 1-10

say "3. It moves: the next page comes out of the other one, and nothing was restarted"
kill "$one"
register mysql "$second" --layout registrator
until_answers "http://127.0.0.1:$http/" blog.example.com "a page out of the second database"
grep DB_HOST wp-config.php
