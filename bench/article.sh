#!/usr/bin/env bash
# The article's experiment: threads, async and a bounded pool at 500, 800, 1000 and 1500 connections, 10,000 requests each,
# against a server of 0.5 s; then the same with the article's backlog of 500. Writes docs/article.html, docs/article.svg,
# and both tables to standard output. About four minutes; needs dotnet only.
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
  $(endpoint threads500 24445 Threads 500 ''),
  $(endpoint async500 27779 Async 500 '')
} } }
JSON
program=$PWD/src/KestrelRaw/bin/Release/net10.0/KestrelRaw
(cd "$work" && exec "$program") >"$work/server.log" & server=$!
until [ "$(grep -c 'listens on' "$work/server.log")" = 5 ]; do kill -0 "$server"; done

client=src/LoadClient/bin/Release/net10.0/LoadClient
sweep() { "$client" sweep -c 500,800,1000,1500 -n 10000 --expect-delay 500ms "$@"; }

# The runtime compiles the server's code while it runs: the first connections of a process are no measurement.
"$client" sweep -c 500 -n 2000 --quiet threads=tcp://127.0.0.1:24444 async=tcp://127.0.0.1:27777 pool=tcp://127.0.0.1:27778 >&2

echo "Backlog 4096"
sweep threads=tcp://127.0.0.1:24444 async=tcp://127.0.0.1:27777 pool=tcp://127.0.0.1:27778 \
  --html docs/article.html --svg docs/article.svg
echo
echo "Backlog 500"
sweep threads=tcp://127.0.0.1:24445 async=tcp://127.0.0.1:27779
