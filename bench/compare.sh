#!/usr/bin/env bash
# The server beside its peers (servers.sh), all of them doing the same work for the same client: what a connection costs in
# processor time and memory, how fast it is served, how many are held. In turn, several rounds; a warm-up of each process
# is not counted. Prints Markdown tables: medians of the rounds with least and greatest, ratios to the peers' figures of the
# same round. Progress and every single figure go to standard error.
# Usage: bench/compare.sh [--quick] [--servers 'c kestrelraw-sockets'] [ROUNDS]
# Three rounds take 20 minutes. --quick takes four minutes after the build, and is a trial: its figures are of few
# connections, and those of the start-up weigh more in the share of the ideal. Needs dotnet; gcc or clang, go and python3 with
# gevent if they are there.
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/servers.sh

rounds=3 warm_up=20000 burst=30000 many=30000 ideal=10000
servers='c go gevent threads stock-kestrel kestrelraw-Sockets kestrelraw-Epoll kestrelraw-native'
while [ $# -gt 0 ]; do
  case $1 in
    --quick) rounds=1 warm_up=10000 burst=20000 many=20000 ideal=3000 ;;
    --servers) servers=$2; shift ;;
    *[!0-9]* | '') die "usage: bench/compare.sh [--quick] [--servers 'NAME NAME'] [ROUNDS]" ;;
    *) rounds=$1 ;;
  esac
  shift
done

note() { echo "$round $1 $server_name $2" | tee -a "$work/rows" >&2; }

note_failed() { note "failed-$1" "$(figure 'Failed requests')"; }

# NAME CONNECTIONS DELAY_MS: not counted. After 15,000 to 20,000 connections .NET has compiled what it is going to compile:
# the first 4,000 cost twice as much as those. The others were compiled before, or never are.
warm_up() {
  local connections=$warm_up
  case $server_name in c | go | gevent | threads | kestrelraw-native) connections=$((warm_up / 4)) ;; esac
  load "$2" "$3" -n "$connections"
  note_failed "$1"
}

# NAME CONNECTIONS DELAY_MS REQUESTS: the counted part.
count() {
  local before after
  before=$(processor_ticks)
  load "$2" "$3" -n "$4"
  # The last clients' FIN.
  pause 0.2
  after=$(processor_ticks)
  note_failed "$1"
  # shellcheck disable=SC2046 # three values
  set -- "$1" $(awk -v n="$4" -v tick="$(getconf CLK_TCK)" -v before="$before" -v after="$after" 'BEGIN {
    split(before, b, " "); split(after, a, " "); us = 1e6 / tick / n
    print (a[1] - b[1] + a[2] - b[2]) * us, (a[1] - b[1]) * us, (a[2] - b[2]) * us }')
  note "cpu-$1" "$2"
  note "user-$1" "$3"
  note "system-$1" "$4"
}

# What the waiting added to the delay, from the last load.
note_added() {
  local p
  for p in 50 99; do note "p$p-$1" "$(percentile $p | awk '{ print $1 - 500 }')"; done
}

measure_burst() {
  local begun=$EPOCHREALTIME connections=$burst
  [ "$1" != threads ] || connections=$((burst / 4))
  start_answering "$1" 0
  note start "$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print (b - a) * 1000 }')"
  warm_up burst 100 0
  count burst 100 0 "$connections"
  note rps "$(figure 'Requests per second')"
  stop
}

# The full load comes first: it warms up in a third of the time that 1,000 at once would take.
measure_waiting() {
  start_listening "$1" 500
  note idle "$(awk -v kb="$(memory VmRSS)" 'BEGIN { print kb / 1024 }')"
  if [ "$1" = threads ]; then
    warm_up 1000 1000 500
  else
    warm_up 10000 10000 500
    count 10000 10000 500 "$many"
    note_added 10000
  fi
  local connections
  for connections in $(article_loads "$1"); do
    count "$connections" "$connections" 500 "$ideal"
    note_added "$connections"
    note "ideal-$connections" "$(figure Efficiency)"
    note_failed ideal
  done
  stop
}

# The article's experiment is for its own servers and ours, and c, which shows what there is to be had.
article_loads() {
  case $1 in
    go | stock-kestrel) echo 1000 ;;
    *) echo 500 1000 1500 ;;
  esac
}

# SERVER CONNECTIONS: a fresh process, and a delay so long that all of them are there before the first one goes, which they
# are where 2,500 come in a second.
measure_held() {
  local idle most=0 now before client hold_ms=$(($2 * 2 / 5))
  start_listening "$1" "$hold_ms"
  idle=$(memory VmRSS) before=$(descriptors)
  # The peak from here on.
  echo 5 >"/proc/$server/clear_refs"
  load "$2" "$hold_ms" -n "$2" & client=$!
  while kill -0 "$client" 2>/dev/null; do
    now=$(($(descriptors) - before))
    [ "$now" -le "$most" ] || most=$now
    pause 0.2
  done
  wait "$client"
  note "memory-$2" "$(awk -v kb="$(($(memory VmHWM) - idle))" -v n="$2" 'BEGIN { print kb / n }')"
  note "held-$2" "$most"
  note_failed "held-$2"
  stop
}

measure() {
  measure_burst "$1"
  measure_waiting "$1"
  [ "$1" != threads ] || return 0
  measure_held "$1" 10000
  [[ $1 != kestrelraw-* ]] || measure_held "$1" 15000
}

# Sets present: the servers that can be built and answer. Says why of the others.
find_servers() {
  local name why
  present=
  for name in $servers; do
    why=$(lacks "$name")
    if [ -z "$why" ]; then
      build "$name" || die "$name does not build"
      start "$name" 0
      await answers || why="does not start: $(grep -m 2 . "$work/log" || echo 'no answer within 10 s')"
      ! is_running || stop
    fi
    if [ -z "$why" ]; then
      present+="$name "
      [ "$name" != threads ] || echo "- threads is left out at 10,000 connections" >>"$work/left-out"
      [ "$(article_loads "$name")" != 1000 ] || echo "- $name is left out of the ideal at 500 and 1,500" >>"$work/left-out"
    else
      echo "- $name is left out: ${why//$'\n'/ }" | tee -a "$work/left-out" >&2
    fi
  done
}

# Another one begins each round.
in_turn() { tr ' ' '\n' <<<"${present% }" | awk -v first="$1" '{ name[NR - 1] = $0 } END { for (i = 0; i < NR; i++) print name[(i + first) % NR] }'; }

# TITLE COLUMNS [SERVERS]
table() {
  printf '\n### %s\n\n' "$1"
  awk -v servers="${3:-$present}" -v columns="$2" -f bench/summary.awk "$work/rows"
}

ratios() { echo "/ c=ratio $1 c;/ go=ratio $1 go;/ gevent=ratio $1 gevent"; }

cpu_table() {
  table "$1" "µs a connection=spread cpu-$2;user=median user-$2;system=median system-$2;$(ratios "cpu-$2")${3:-};failed=sum failed-$2"
}

describe() {
  echo "$(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD), $rounds round(s) in $((SECONDS / 60)) min; Linux $(uname -r)," \
    "$(nproc) x $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo); .NET SDK $(dotnet --version)$(versions)."
  [ ! -s "$work/left-out" ] || { echo; cat "$work/left-out"; }
}

versions() {
  [[ $present != *go* ]] || go version | awk '{ printf ", %s", $3 }'
  [[ $present != *gevent* ]] || "$(python_with gevent)" -c 'import gevent, sys; print(f", gevent {gevent.__version__} on Python {sys.version.split()[0]}", end="")'
}

report() {
  local ours
  ours=$(tr ' ' '\n' <<<"$present" | grep '^kestrelraw-' | tr '\n' ' ' || true)
  describe
  cpu_table "Processor time of the server, no delay, 100 connections" burst
  cpu_table "Processor time of the server, 0.5 s, 1,000 connections" 1000
  cpu_table "Processor time of the server, 0.5 s, 10,000 connections" 10000 ";/ 1,000 connections=over cpu-10000 cpu-1000"
  table "Memory of 10,000 held connections" \
    "KB a connection=spread memory-10000;/ go=ratio memory-10000 go;/ gevent=ratio memory-10000 gevent;held=median held-10000;failed=sum failed-held-10000"
  table "Connections per second, no delay, 100 connections" "per second=spread rps;$(ratios rps)"
  table "Latency added to 0.5 s, ms" \
    "p50, 1,000=spread p50-1000;p99, 1,000=spread p99-1000;p50, 10,000=spread p50-10000;p99, 10,000=spread p99-10000"
  table "Start" "to first answer, ms=spread start;resident when idle, MB=spread idle"
  table "Share of the ideal: $ideal connections of 0.5 s" \
    "500 at once=spread ideal-500;1,000=spread ideal-1000;1,500=spread ideal-1500;failed=sum failed-ideal"
  [ -z "$ours" ] || table "15,000 held connections" \
    "held=median held-15000;KB a connection=spread memory-15000;failed=sum failed-held-15000" "$ours"
}

build_loadclient
find_servers
[ -n "$present" ] || die "none of the servers can run here"
for round in $(seq "$rounds"); do
  for name in $(in_turn "$round"); do measure "$name"; done
done
report
