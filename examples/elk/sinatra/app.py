"""The app: it says who it is, and logs each request to a file."""

import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

name, port = os.environ["HOSTNAME"], int(os.environ["PORT"])
log = open("/var/log/sinatra.log", "a", buffering=1)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        text = f"sinatra {name} on {port}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        if self.path != "/health":
            log.write(f"{time.time():.3f} GET {self.path}\n")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


Server(("0.0.0.0", port), Handler).serve_forever()
