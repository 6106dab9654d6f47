#!/usr/bin/env bash
# Many connections through one process of the server, no delay, 200 at once: from the first tenth on its resident memory
# stays where it is, no descriptor is left over, and its counters have each connection. Exit code 1 when one of these does
# not hold. 20,000 connections of warm-up come before the first tenth, for what .NET compiles is no growth.
# Usage: bench/soak.sh [TRANSPORT] [N], Auto and 1,000,000 by default: that takes two to four minutes. TRANSPORT native is
# the native program. Needs dotnet.
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/servers.sh
transport=${1:-Auto} n=${2:-1000000} warm_up=20000

# At 10,000 a second an address has its ports again after a minute.
sources=$(addresses 64)
failed=0

soak() {
  load 200 0 -n "$1" -t 60s
  failed=$((failed + $(figure 'Failed requests')))
  # Past the linger time, and what the collector gives back.
  pause 5
}

verdict() { if [ "$2" = 1 ]; then echo "pass: $1"; else echo "FAIL: $1"; bad=1; fi; }

why=$(lacks "kestrelraw-$transport")
[ -z "$why" ] || die "$why"
build_loadclient
build "kestrelraw-$transport"
start_listening "kestrelraw-$transport" 0
soak $warm_up
soak $((n / 10))
memory_before=$(memory VmRSS) peak_before=$(memory VmHWM) descriptors_before=$(descriptors)
soak $((n - n / 10))
memory_after=$(memory VmRSS) peak_after=$(memory VmHWM) descriptors_after=$(descriptors)
stop
grep -m 1 'Endpoint async stopped' "$work/log" >"$work/totals" || die "the server did not say its counters"

cat <<TABLE

| $server_name, $n connections after $warm_up of warm-up | after a tenth | at the end |
| --- | --- | --- |
| resident, KB | $memory_before | $memory_after |
| peak, KB | $peak_before | $peak_after |
| descriptors | $descriptors_before | $descriptors_after |

$(cat "$work/totals")

TABLE

bad=0
verdict "no failed connection at the client: $failed" $((failed == 0))
verdict "memory within 5 %: $(awk -v a="$memory_before" -v b="$memory_after" 'BEGIN { printf "%+.1f %%", (b - a) * 100 / a }')" \
  $((memory_after * 100 <= memory_before * 105))
verdict "no descriptor left over" $((descriptors_after <= descriptors_before))
exact=0 total=$((warm_up + n))
! grep -q ": $total connections accepted, 0 active; completed $total; 0 failed accepts" "$work/totals" || exact=1
verdict "accepted and completed are $total" $exact
exit $bad
