#!/usr/bin/env bash
# The article's experiment: threads, async and a bounded pool at 500, 800, 1000 and 1500 connections, 10,000 requests each,
# against a server of 0.5 s. Then what the article's backlog of 500 does to a full pool, and, where ab is installed, to ab's
# burst. Writes docs/article.html and docs/article.svg, and the tables to standard output. Five minutes; needs dotnet.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT

dotnet build -c Release -v q --nologo src/KestrelRaw >&2
dotnet build -c Release -v q --nologo src/LoadClient >&2

endpoint() { printf '"%s": { "Url": "tcp://127.0.0.1:%s", "Model": "%s", "Backlog": %s%s }' "$@"; }
cat >"$work/appsettings.json" <<JSON
{ "KestrelRaw": { "Endpoints": {
  $(endpoint threads 24444 Threads 4096 ''),
  $(endpoint async 27777 Async 4096 ''),
  $(endpoint pool 27778 Async 4096 ', "Pool": { "Size": 1000 }'),
  $(endpoint small500 27780 Async 500 ', "Pool": { "Size": 500 }'),
  $(endpoint small4096 27781 Async 4096 ', "Pool": { "Size": 500 }'),
  $(endpoint async500 27779 Async 500 '')
} } }
JSON
program=$PWD/src/KestrelRaw/bin/Release/net10.0/KestrelRaw
(cd "$work" && exec "$program") >"$work/server.log" & server=$!
until [ "$(grep -c 'listens on' "$work/server.log")" = 6 ]; do kill -0 "$server"; done

client=src/LoadClient/bin/Release/net10.0/LoadClient

# Exit code 1 says that connections failed: here that is a result.
sweep() { "$client" sweep -n 10000 --expect-delay 500ms "$@" || [ $? = 1 ]; }
counts=500,800,1000,1500

# The runtime compiles the server's code while it runs: the first connections of a process are no measurement.
"$client" sweep -c 500 -n 2000 --quiet threads=tcp://127.0.0.1:24444 async=tcp://127.0.0.1:27777 pool=tcp://127.0.0.1:27778 >&2

echo "The article's experiment"
sweep -c "$counts" threads=tcp://127.0.0.1:24444 async=tcp://127.0.0.1:27777 pool=tcp://127.0.0.1:27778 \
  --html docs/article.html --svg docs/article.svg
echo
echo "A pool of 500, with a backlog of 500 and of 4096"
sweep -c "$counts" pool500-backlog500=tcp://127.0.0.1:27780 pool500-backlog4096=tcp://127.0.0.1:27781
if command -v ab >/dev/null; then
  echo
  echo "No pool, with a backlog of 500 and of 4096, and ab's burst of all connections at once"
  sweep -c 1500 --with ab backlog500=tcp://127.0.0.1:27779 backlog4096=tcp://127.0.0.1:27777
fi
