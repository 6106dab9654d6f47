#!/usr/bin/env bash
# What a connection costs each client: processor time (user and system), all against the same C server, in turn, several
# rounds, ratios to ab. Usage: bench/clients.sh [ROUNDS] [REQUESTS] [CONNECTIONS]. Installs nothing and says what it lacks.
# Needs gcc and dotnet; ab, wrk, hey and bombardier if they are there.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} requests=${2:-100000} connections=${3:-100}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

gcc -O2 -o "$work/epoll_server" bench/peers/epoll_server.c
dotnet build -c Release -v q --nologo src/LoadClient >&2
loadclient=src/LoadClient/bin/Release/net10.0/LoadClient

# Debian has a game of this name.
is_bombardier() { timeout 5 bombardier --version </dev/null 2>&1 | grep -qi 'bombardier version'; }

clients=(loadclient)
for tool in ab wrk hey bombardier; do
  if ! command -v "$tool" >/dev/null || { [ "$tool" = bombardier ] && ! is_bombardier; }; then
    echo "$tool is not here: left out" >&2
  else
    clients+=("$tool")
  fi
done

# Runs a client; what it prints goes to $work/out. wrk can't be told a number of requests: it says how many it made.
run() {
  case $1 in
    loadclient) "$loadclient" "$2" -n "$requests" -c "$connections" --quiet ;;
    ab) ab -q -n "$requests" -c "$connections" "$2" ;;
    wrk) wrk -t 1 -c "$connections" -d 5s -H 'Connection: close' "$2" ;;
    hey) hey -n "$requests" -c "$connections" -disable-keepalive "$2" ;;
    bombardier) bombardier -n "$requests" -c "$connections" -a -p r "$2" ;;
  esac >"$work/out" 2>&1
}

# A port of its own for each run: the sockets in TIME_WAIT of one run must not meet the next.
port=21000
for round in $(seq "$rounds"); do
  for client in "${clients[@]}"; do
    port=$((port + 1))
    "$work/epoll_server" "$port" 0 & server=$!
    until (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    TIMEFORMAT='%U %S'
    times=$( { time run "$client" "http://127.0.0.1:$port/"; } 2>&1 )
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
    done_requests=$requests
    [ "$client" != wrk ] || done_requests=$(awk '/requests in/ { print $1 }' "$work/out")
    read -r user system <<<"$times"
    awk -v client="$client" -v user="$user" -v system_time="$system" -v n="$done_requests" \
      'BEGIN { printf "%s %.1f %.1f\n", client, (user + system_time) * 1e6 / n, system_time * 1e6 / n }' | tee -a "$work/rows" >&2
  done
done

echo "client       us/connection  (min .. max)      of it system   / ab"
ab=$(grep '^ab ' "$work/rows" | sort -k2 -n | awk '{ v[NR] = $2 } END { if (NR) print v[int((NR + 1) / 2)] }')
for client in "${clients[@]}"; do
  grep "^$client " "$work/rows" | sort -k2 -n | awk -v ab="${ab:-0}" '{ total[NR] = $2; system_time[NR] = $3 }
    END { m = int((NR + 1) / 2); printf "%-12s %8.1f       (%6.1f .. %6.1f)   %8.1f   %8s\n", $1, total[m], total[1], total[NR], system_time[m], ab ? sprintf("%.2f", total[m] / ab) : "-" }'
done
