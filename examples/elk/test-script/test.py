"""Asks nginx without an end. It prints every five seconds how that went, tells it in full at port 8080, and begins anew at a POST."""

import http.client
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CLIENTS = 4
apps, failures = Counter(), []


def settings():
    with open("/etc/test.json") as file:
        return json.load(file)


def ask():
    began, upstream = time.time(), None
    try:
        connection = http.client.HTTPConnection(settings()["nginx"], 80, timeout=10)
        connection.request("GET", "/")
        response = connection.getresponse()
        upstream, text = response.headers["X-Upstream"], response.read().decode()
        connection.close()
        if response.status == 200 and text.startswith("sinatra "):
            apps[upstream] += 1
            return
        problem = f"status {response.status}"
    except Exception as error:
        problem = repr(error)
    failures.append({"upstream": upstream, "problem": problem, "began": began, "ended": time.time()})


def client():
    while True:
        ask()
        time.sleep(0.02)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        text = json.dumps({"good": sum(apps.values()), "apps": apps, "failures": failures}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        apps.clear()
        failures.clear()
        self.do_GET()

    def log_message(self, *_):
        pass


for _ in range(CLIENTS):
    threading.Thread(target=client, daemon=True).start()
threading.Thread(target=ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever, daemon=True).start()
while True:
    time.sleep(5)
    try:
        connection = http.client.HTTPConnection(settings()["elasticsearch"], timeout=5)
        connection.request("GET", "/_count")
        events = json.loads(connection.getresponse().read())["count"]
    except Exception as error:
        events = repr(error)
    print(f"requests: {sum(apps.values())}, failed: {len(failures)}, apps: {len(apps)}, events in Elasticsearch: {events}", flush=True)
