"""A stand-in for Elasticsearch: it takes documents by _bulk and counts them. It reads the real one's elasticsearch.yml."""

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

with open("/etc/elasticsearch/elasticsearch.yml") as file:
    settings = dict(line.strip().split(": ", 1) for line in file if ": " in line)
counts = Counter()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        index, _, action = self.path.strip("/").rpartition("/")
        if action == "_count":
            self.answer({"count": counts[index] if index else sum(counts.values())})
        else:
            self.answer({"cluster_name": settings["cluster.name"], "status": "green", "number_of_nodes": 1})

    def do_POST(self):
        lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
        for action in lines[::2]:
            counts[json.loads(action)["index"]["_index"]] += 1
        self.answer({"errors": False, "items": len(lines) // 2})

    def answer(self, body):
        text = json.dumps(body).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


ThreadingHTTPServer((settings["network.host"], int(settings["http.port"])), Handler).serve_forever()
