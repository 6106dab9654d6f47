"""The work as a gevent programmer writes it: StreamServer, a greenlet for each connection, no pool.

Usage: gevent_server.py PORT DELAY_MS. Listens on 127.0.0.1.
"""
import sys
from socket import SHUT_WR

import gevent
from gevent.server import StreamServer

RESPONSE = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"
PORT, DELAY = int(sys.argv[1]), int(sys.argv[2]) / 1000


def serve(connection, _address):
    try:
        if not connection.recv(1024):
            return
        if DELAY > 0:
            gevent.sleep(DELAY)
        connection.sendall(RESPONSE)
        connection.shutdown(SHUT_WR)
        while connection.recv(1024):
            pass
    except OSError:
        pass  # The client reset the connection: StreamServer closes it, and there is nobody to tell.


StreamServer(("127.0.0.1", PORT), serve, backlog=4096).serve_forever()
