"""A stand-in for Logstash: it takes batches of events over TLS, hands them to Elasticsearch, and then acknowledges them.

It reads the real one's pipeline file. Events come as a line of JSON each batch, not in the lumberjack protocol.
"""

import json
import re
import socketserver
import ssl
import urllib.request

with open("/etc/logstash/conf.d/elk.conf") as file:
    pipeline = file.read()
option = lambda name: re.search(name + r'\s*=>\s*\[?"?([^"\]\s]+)', pipeline).group(1)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(option("ssl_certificate"), option("ssl_key"))


class Handler(socketserver.StreamRequestHandler):
    def setup(self):
        self.request = context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        for line in self.rfile:
            events = json.loads(line)
            index({"index": {"_index": option("index")}}, events)
            self.wfile.write(b"%d\n" % len(events))


def index(action, events):
    body = "".join(f"{json.dumps(action)}\n{json.dumps(event)}\n" for event in events)
    request = urllib.request.Request(f"http://{option('hosts')}/_bulk", body.encode(), {"Content-Type": "application/x-ndjson"})
    urllib.request.urlopen(request, timeout=10).read()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # Checks of the port end before they shake hands; what failed is not acknowledged, and sent again.


Server(("0.0.0.0", int(option("port"))), Handler).serve_forever()
