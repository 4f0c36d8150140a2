"""A service manager as far as sd_notify(3) goes: binds a datagram socket, a path or an abstract "@name", and prints each message as a line of JSON."""
import json
import socket
import sys

name = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + name[1:] if name.startswith("@") else name)
print(json.dumps("listening"), flush=True)
while True:
    # A descriptor that comes along, as with BARRIER=1, is not taken, and so is closed: the sender need not wait.
    print(json.dumps(receiver.recv(65536).decode()), flush=True)
