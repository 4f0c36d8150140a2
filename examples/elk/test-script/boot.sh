#!/bin/sh
# Waits for nginx and Elasticsearch, then asks nginx without an end, and tells how many requests failed.
exec remora run --confdir /elk/test-script -- python3 /elk/test-script/test.py
