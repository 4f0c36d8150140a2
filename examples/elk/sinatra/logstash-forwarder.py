"""A stand-in for logstash-forwarder: it ships lines of files over TLS, to a server that it knows by its certificate.

It reads the real one's file, and where it came to from a file beside the log. Events go as a line of JSON each batch, not in the lumberjack protocol.
"""

import json
import os
import socket
import ssl
import sys
import time

with open(sys.argv[sys.argv.index("-config") + 1]) as file:
    config = json.load(file)
with open("/run/logstash-forwarder.pid", "w") as file:
    file.write(str(os.getpid()))
network, shipped = config["network"], config["files"][0]
host, port = network["servers"][0].rsplit(":", 1)
path = shipped["paths"][0]
registry = path + ".shipped"

context = ssl.create_default_context(cafile=network["ssl ca"])
connection = context.wrap_socket(socket.create_connection((host, int(port)), timeout=network["timeout"]), server_hostname=host)
stream = connection.makefile("rw")
print(f"Connected to {host}:{port}", flush=True)

while not os.path.exists(path):
    time.sleep(0.5)
position = int(open(registry).read()) if os.path.exists(registry) else 0
while True:
    with open(path) as log:
        log.seek(position)
        lines, after = log.readlines(), log.tell()
    if lines:
        stream.write(json.dumps([{"message": line.strip(), **shipped["fields"]} for line in lines]) + "\n")
        stream.flush()
        if stream.readline().strip() != str(len(lines)):
            sys.exit("Logstash did not take the events")
        position = after
        with open(registry, "w") as file:
            file.write(str(position))
    time.sleep(0.5)
