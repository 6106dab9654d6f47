#!/usr/bin/env bash
# A pool that finds its own size beside pools of 10, 100 and 1000, before a MongoDB back end that gets slower the more is
# asked of it at once (backends/contended.py; or a real one: KESTRELRAW_TEST_MONGODB, with its own `seed`). In turn, a fresh
# server and back end for each figure, a warm-up that is not counted. Two loads:
#   closed loop   500 clients, each with its next request as soon as it has its response; excess waits in the kernel
#   overload      1.5 x what the best of the closed loops served, open loop, for a pool with a queue, from clients that wait
#                 for a second at most: what of it is served in time, and how fast
# Prints Markdown tables: medians of the rounds with least and greatest. Every single figure goes to standard error.
# Usage: bench/adaptive.sh [ROUNDS] [SECONDS]; 2 and 20 by default: 30 minutes. Needs dotnet, and python3 with mockupdb.
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/servers.sh
rounds=${1:-2} seconds=${2:-20} warm_up=10
sizes='adaptive 10 100 1000'
# Under overload an adaptive pool has CoDel, too; the last row shows what is due to that alone.
overload_sizes="$sizes 100+CoDel"
modes='python slots thrashing'
[ -z "${KESTRELRAW_TEST_MONGODB:-}" ] || modes=real
python=$(python_with mockupdb)
[ "$modes" = real ] || [ -n "$python" ] || die "there is no python3 that has mockupdb"

mkdir "$work/mongo"
echo '{ "KestrelRaw": { "Endpoints": { "mongo": {} } } }' >"$work/mongo/appsettings.json"
back_end=
stop_back_end() { [ -z "$back_end" ] || { kill "$back_end" 2>/dev/null || true; wait "$back_end" 2>/dev/null || true; back_end=; }; }
trap 'stop_now; stop_back_end; rm -rf "$work"' EXIT

start_back_end() {
  connection_string=${KESTRELRAW_TEST_MONGODB:-}
  [ "$1" != real ] || return 0
  back_end_port=$((port + 5000))
  # Its standard input stays open, for it ends with it.
  "$python" bench/backends/contended.py "$back_end_port" "$1" <"$work/never" >"$work/back-end" 2>&1 &
  back_end=$!
  local give_up=$((SECONDS + 10))
  until grep -q listening "$work/back-end"; do
    [ $SECONDS -lt $give_up ] || die "the back end does not start: $(head -n 5 "$work/back-end")"
    pause 0.05
  done
  connection_string="mongodb://127.0.0.1:$back_end_port/?directConnection=true"
}

# MODE SIZE QUEUE: a back end and a server before it. QUEUE is StopAccepting or Queue.
start_both() {
  port=$((port + 2))
  start_back_end "$1"
  server_name=$2
  local pool="--KestrelRaw:Endpoints:mongo:Pool"
  local options=("$pool:Size=${2%+CoDel}")
  case $2 in
    adaptive) options=("$pool:Adaptive:Enabled=true" "$pool:Adaptive:Maximum=1000") ;;
    *+CoDel) options+=("$pool:CoDel:Enabled=true") ;;
  esac
  (cd "$work/mongo" && exec "$work/kestrelraw/KestrelRaw" "--KestrelRaw:Admin:Url=http://127.0.0.1:$((port + 1))" \
    "--KestrelRaw:Endpoints:mongo:Url=tcp://127.0.0.1:$port" --KestrelRaw:Endpoints:mongo:Work:Kind=MongoDb \
    "--KestrelRaw:Endpoints:mongo:Work:MongoDb:ConnectionString=$connection_string" \
    --KestrelRaw:Endpoints:mongo:Work:MongoDb:Database=kestrelraw --KestrelRaw:Endpoints:mongo:Work:MongoDb:Collection=documents \
    "$pool:WhenFull=$3" "${options[@]}") >"$work/log" 2>&1 &
  server=$!
  await is_ready || die "$server_name is not ready: $(head -n 20 "$work/log")"
}

stop_both() { stop; stop_back_end; }

is_ready() { curl -fs -o "$work/ready" "http://127.0.0.1:$((port + 1))/healthz/ready"; }

pool_size() { curl -fs "http://127.0.0.1:$((port + 1))/api/pools" | grep -o '"size":[0-9]*' | head -n 1 | cut -d: -f2; }

# OPTIONS...: one load for document 17.
ask() {
  "$loadclient" "http://127.0.0.1:$port/17" --source "$sources" --expect 'This is document 17.' --quiet --csv "$work/percentiles" \
    "$@" >"$work/report" || [ $? = 1 ]
  must_run
}

note() { echo "$round $1 $server_name $2" | tee -a "$work/rows-$mode-$kind" >&2; }

measure() {
  start_both "$mode" "$1" "$2"
  shift 2
  ask "$@" -d "${warm_up}s"
  ask "$@" -d "${seconds}s"
  note rps "$(awk -v n="$(figure 'Complete requests')" -v bad="$(figure 'Failed requests')" -v t="$seconds" 'BEGIN { print (n - bad) / t }')"
  note failed "$(figure 'Failed requests')"
  note p50 "$(percentile 50)"
  note p99 "$(percentile 99)"
  note size "$(pool_size)"
  stop_both
}

best_rps() { awk '$2 == "rps" { sum[$3] += $4; count[$3]++ } END { for (s in sum) if (sum[s] / count[s] > best) best = sum[s] / count[s]; print int(best) }' "$work/rows-$mode-closed"; }

# ROWS SIZES COLUMNS
table() { awk -v servers="$2" -v columns="$3" -f bench/summary.awk "$work/rows-$1"; }

build_loadclient
build kestrelraw-Auto
begun=$SECONDS
for mode in $modes; do
  for round in $(seq "$rounds"); do
    kind=closed
    for size in $sizes; do measure "$size" StopAccepting -c 500 -t 60s; done
  done
  for round in $(seq "$rounds"); do
    kind=overload rate=$(($(best_rps) * 3 / 2))
    for size in $overload_sizes; do measure "$size" Queue -r "$rate" -c 8000 -t 1s; done
  done
  rates="${rates:-} $mode=$rate"
done

echo "$(date +%F), commit $(git rev-parse --short HEAD), $rounds round(s) of $seconds s in $(((SECONDS - begun) / 60)) min; Linux $(uname -r), $(nproc) processors."
for mode in $modes; do
  echo; echo "### Back end: $mode"
  echo; echo "Closed loop, 500 clients"; echo
  table "$mode-closed" "$sizes" 'served a second=spread rps;failed=sum failed;p50, ms=median p50;p99, ms=spread p99;size at the end=median size'
  echo; echo "Open loop,$(tr ' ' '\n' <<<"$rates" | sed -n "s/^$mode=/ /p") a second"; echo
  table "$mode-overload" "$overload_sizes" 'served a second=spread rps;failed=sum failed;p50, ms=median p50;p99, ms=spread p99;size at the end=median size'
done
