#!/usr/bin/env bash
# Every hostile case (tests/KestrelRaw.Hostile.Tests) against the published server on each transport and, where it can be put
# through the same, against stock Kestrel; prints docs/reliability.md's tables. A good client must have its answer within 1 s
# here, so the machine should do nothing else. Exit code 1 when a case failed. As root, with the tools that .ci/run installs.
# Usage: bench/reliability.sh [FILTER...], e.g. -class '*SilentClientTests'; all by default, which takes about 25 minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/servers.sh
report=$work/reliability.tsv

build stock-kestrel
build kestrelraw-Epoll
dotnet build tests/KestrelRaw.Hostile.Tests -c Release -v q --nologo >&2

status=0
KESTRELRAW_RELIABILITY=$report KESTRELRAW_STOCK=$work/stock-kestrel/StockKestrel KESTRELRAW_PROGRAM=$work/kestrelraw/KestrelRaw \
  tests/KestrelRaw.Hostile.Tests/bin/Release/net10.0/KestrelRaw.Hostile.Tests -parallelMode none "$@" >"$work/log" 2>&1 || status=1
[ -s "$report" ] || die "no case has ended: $(tail -n 20 "$work/log")"
[ $status = 0 ] || sed -n '/\[FAIL\]/,/Stack Trace/p' "$work/log" >&2

echo "> $(date +%F), commit $(git rev-parse --short HEAD); $(uname -sr), $(nproc) x $(awk -F': *' '/model name/ { print $2; exit }' /proc/cpuinfo); .NET SDK $(dotnet --version)."
awk -f bench/reliability.awk "$report"
exit $status
