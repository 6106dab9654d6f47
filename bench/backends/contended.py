"""A MongoDB back end that gets slower the more is asked of it at once, for bench/adaptive.sh.

    contended.py PORT MODE

It is the tests' wire server with another way to answer a find. MODE says which:

    python     as it is: a thread for each of the driver's connections, which fight for the interpreter's lock
    slots      16 at a time, 10 ms each; the others wait in line here
    thrashing  the same, and each that waits in line makes the service longer: 1 ms for every 16 of them, as locks, caches
               and memory do in a real one
"""

import concurrent.futures
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tests", "wire-server"))
import wire_server  # noqa: E402

SLOTS = 16
SERVICE = 0.010


class ContendedServer(wire_server.WireServer):
    def __init__(self, port, is_thrashing):
        super().__init__(port, documents=10_000)
        self._workers = concurrent.futures.ThreadPoolExecutor(SLOTS)
        self._is_thrashing = is_thrashing
        self._present = 0
        self._lock = threading.Lock()

    def _answer(self, request):
        if request.command_name != "find":
            return super()._answer(request)
        with self._lock:
            self._present += 1
        self._workers.submit(self._serve, request)
        return True

    def _serve(self, request):
        waiting = max(0, self._present - SLOTS)
        time.sleep(SERVICE + (waiting / 4 * 0.001 if self._is_thrashing else 0))
        with self._lock:
            self._present -= 1
        self._answer_late(request)


def main():
    port, mode = int(sys.argv[1]), sys.argv[2]
    server = wire_server.WireServer(port, 10_000) if mode == "python" else ContendedServer(port, mode == "thrashing")
    print("listening", server.run(), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
