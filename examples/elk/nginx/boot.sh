#!/bin/sh
# Writes nginx.conf from all live apps, starts nginx, publishes /nginx/host, and has nginx follow the apps as they come and go.
exec remora run --confdir /elk/nginx -- nginx -g 'daemon off;'
