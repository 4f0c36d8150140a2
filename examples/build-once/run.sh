#!/bin/sh
# One-shot, as an image build does it: run.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"

begin "${1:-/tmp/remora-build-once}"
cp -R "$here/../boot/image/." .
# The image's file system, whose /etc/app the build writes.
mkdir -p image/etc/app
sed -i "s|/etc/app|$folder/image/etc/app|g" conf.d/*.toml

say "1. The line of the Dockerfile: RUN remora render --no-reload"
remora render --no-reload
cat image/etc/app/app.conf

say "2. Another flavour of the image has other keys, and the same template"
remora keys put /app/region us-east
remora render --no-reload
cat image/etc/app/app.conf

say "3. A key is missing: the build ends, and the file is as it was"
remora keys delete /app/region
status=0
remora render --no-reload || status=$?
echo "   exit status $status"
cat image/etc/app/app.conf
[ "$status" -eq 4 ]
