"""A server that speaks MongoDB's wire protocol, for the tests: mockupdb does the protocol, this keeps the documents.

    wire_server.py [--port N] [--documents N]

It says "listening PORT" on standard output. Then each line of standard input is a fault to show from now on, and is
answered with "ok":

    heal          none: everything works
    slow SECONDS  a find is answered that much later
    drop          a find's connection is closed without an answer
    refuse        a find is answered with an error
    hang          nothing is answered at all, the heartbeat neither

It ends with its standard input.
"""

import argparse
import socket
import sys
import threading

import mockupdb
from bson import Binary, Int64

# What MongoDB 7.0 says of itself.
HELLO = {
    "ismaster": True,
    "isWritablePrimary": True,
    "helloOk": True,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "readOnly": False,
}

# bind_tcp_socket listens with a backlog of 128: too short for a client that opens its whole pool at once.
BACKLOG = 4096


class WireServer:
    def __init__(self, port, documents):
        self._collections = {}
        self._fault = ("heal", 0.0)
        if documents:
            self._collection("kestrelraw", "documents").update(
                {str(number): {"_id": str(number), "body": f"This is document {number}."} for number in range(1, documents + 1)})
        self._server = mockupdb.MockupDB(port=port or None, request_timeout=int(1e6))
        self._server.autoresponds(mockupdb.Request(), self._answer)

    def run(self):
        port = self._server.run()
        self._server._listening_sock.listen(BACKLOG)
        return port

    def show(self, fault, seconds):
        self._fault = (fault, seconds)

    def _collection(self, database, name):
        return self._collections.setdefault((database, name), {})

    def _answer(self, request):
        fault, seconds = self._fault
        name = request.command_name
        if fault == "hang":
            return True
        if name in ("find", "aggregate"):
            if fault == "drop":
                return request.hangup()
            if fault == "refuse":
                return request.command_err(code=13, errmsg="not authorized, says the wire server")
            if fault == "slow":
                # mockupdb holds a lock while it answers: whoever sleeps here stops all connections.
                threading.Timer(seconds, self._answer_late, (request,)).start()
                return True
        return self._reply(request)

    def _answer_late(self, request):
        try:
            self._reply(request)
        except OSError:
            # The client did not wait for it.
            pass

    def _reply(self, request):
        handler = getattr(self, "_on_" + request.command_name.lower(), None)
        if handler is None:
            return request.command_err(code=59, errmsg=f"no such command: '{request.command_name}'")
        return request.replies(handler(request.doc))

    def _on_ismaster(self, command):
        return HELLO

    _on_hello = _on_ismaster

    def _on_ping(self, command):
        return {"ok": 1}

    _on_endsessions = _on_ping
    _on_getlasterror = _on_ping

    def _on_dropdatabase(self, command):
        for key in [key for key in self._collections if key[0] == command["$db"]]:
            del self._collections[key]
        return {"ok": 1}

    def _on_find(self, command):
        found = self._collection(command["$db"], command["find"]).get(command["filter"]["_id"])
        wanted = command.get("projection")
        if found is not None and wanted:
            found = {key: value for key, value in found.items() if wanted.get(key, key == "_id")}
        return {"cursor": {"id": Int64(0), "ns": f"{command['$db']}.{command['find']}", "firstBatch": [found] if found is not None else []}}

    def _on_insert(self, command):
        collection = self._collection(command["$db"], command["insert"])
        for document in command["documents"]:
            collection[document["_id"]] = document
        return {"n": len(command["documents"])}

    def _on_update(self, command):
        """Replacements by _id alone, with upsert: what seed sends."""
        collection = self._collection(command["$db"], command["update"])
        upserted = []
        for index, update in enumerate(command["updates"]):
            key = update["q"]["_id"]
            if key not in collection:
                upserted.append({"index": index, "_id": key})
            collection[key] = {"_id": key, **update["u"]}
        reply = {"n": len(command["updates"]), "nModified": len(command["updates"]) - len(upserted)}
        return {**reply, "upserted": upserted} if upserted else reply


def main():
    parser = argparse.ArgumentParser(description="A server that speaks MongoDB's wire protocol, for the tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--documents", type=int, default=0, help="ids \"1\" to \"N\" in kestrelraw.documents")
    arguments = parser.parse_args()
    server = WireServer(arguments.port, arguments.documents)
    print("listening", server.run(), flush=True)
    for line in sys.stdin:
        fault, *rest = line.split()
        server.show(fault, float(rest[0]) if rest else 0.0)
        print("ok", flush=True)


if __name__ == "__main__":
    main()
