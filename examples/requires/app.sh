#!/bin/sh
# Stands for a real app: it says what it was given as it starts, and when it is told something.
trap 'echo "app: told that mysql came, moved or is gone"' HUP
trap 'echo "app: ends"; exit 0' TERM
echo "app: starts with DB_URL=$DB_URL, LOG_LEVEL=$LOG_LEVEL and a password of $(printf %s "$DB_PASSWORD" | wc -c) letters"
while :; do sleep 0.05; done
