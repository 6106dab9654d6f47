"""The article's first server: a thread for each connection, blocking calls.

Usage: threads_server.py PORT DELAY_MS. Listens on 127.0.0.1.
"""
import socket
import sys
import threading
import time

RESPONSE = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"
PORT, DELAY = int(sys.argv[1]), int(sys.argv[2]) / 1000


def serve(connection):
    try:
        with connection:
            if not connection.recv(1024):
                return
            if DELAY > 0:
                time.sleep(DELAY)
            connection.sendall(RESPONSE)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1024):
                pass
    except OSError:
        pass  # The client reset the connection: there is nobody to tell.


with socket.create_server(("127.0.0.1", PORT), backlog=4096) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
