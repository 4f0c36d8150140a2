#!/bin/sh -e
remora render --wait 60s
exec "$@"
