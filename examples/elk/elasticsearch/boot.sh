#!/bin/sh
# Writes elasticsearch.yml, starts the server, and publishes /elasticsearch/host.
exec remora run --confdir /elk/elasticsearch -- python3 /elk/elasticsearch/elasticsearch.py
