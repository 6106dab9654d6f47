# Sourced by compare.sh and soak.sh: builds the server and its peers, starts one at a time, loads it with LoadClient and
# reads in /proc what that cost it. Installs nothing.
#
#   c                  peers/epoll_server.c       one thread, one epoll set: the least that the work can cost
#   go                 peers/go_server.go         a goroutine for each connection
#   gevent             peers/gevent_server.py     a greenlet for each connection
#   threads            peers/threads_server.py    Python, a thread for each connection
#   stock-kestrel      peers/StockKestrel         a ConnectionHandler on Kestrel's own transport
#   kestrelraw-NAME    src/KestrelRaw             published, one Async endpoint, --KestrelRaw:Transport=NAME
#   kestrelraw-native  the same                   one native program (docs/native.md), the transport that it chooses itself

loadclient=src/LoadClient/bin/Release/net10.0/LoadClient
work=$(mktemp -d)
mkdir "$work/settings"
echo '{ "KestrelRaw": { "Admin": { "Url": null }, "Endpoints": { "async": {} } } }' >"$work/settings/appsettings.json"
server= server_name=
trap 'stop_now; rm -rf "$work"' EXIT

# A port of its own for each process: the sockets in TIME_WAIT of one must not meet the next one's, nor those of the last
# minute's script. The addresses are for the same reason: each has some 28,000 ports of its own.
port=$((20000 + RANDOM % 4500))
addresses() { seq -f '127.0.0.%g' -s, 2 $(($1 + 1)); }
sources=$(addresses 16)

# Bash can't sleep without a process; it can wait for what never comes.
mkfifo "$work/never"
exec {never}<>"$work/never"
pause() { read -r -t "$1" -u "$never" || true; }

die() { echo "$1" >&2; exit 1; }

python_with() {
  local python
  for python in python3 /usr/bin/python3; do
    ! "$python" -c "import $1" 2>/dev/null || { echo "$python"; return; }
  done
}

# What links a native program: clang, or gcc by this property. Nothing when neither is here.
native_linker() {
  local linker
  for linker in clang gcc; do
    ! command -v "$linker" >/dev/null || { echo "-p:CppCompilerAndLinker=$linker"; return; }
  done
}

# What a server needs and this machine has not; nothing when all is here.
lacks() {
  case $1 in
    c) command -v gcc >/dev/null || echo "gcc is not here" ;;
    go) command -v go >/dev/null || echo "go is not here" ;;
    gevent) [ -n "$(python_with gevent)" ] || echo "there is no python3 that has gevent" ;;
    threads) [ -n "$(python_with threading)" ] || echo "python3 is not here" ;;
    kestrelraw-native) [ -n "$(native_linker)" ] || echo "neither clang nor gcc is here" ;;
  esac
}

build() {
  case $1 in
    c) gcc -O2 -o "$work/epoll_server" bench/peers/epoll_server.c ;;
    go) go build -o "$work/go_server" bench/peers/go_server.go ;;
    stock-kestrel) dotnet publish bench/peers/StockKestrel -c Release -o "$work/stock-kestrel" -v q --nologo ;;
    kestrelraw-native) build_native ;;
    kestrelraw-*) [ -d "$work/kestrelraw" ] || build_kestrelraw ;;
  esac >&2
}

# As docker/Dockerfile does: compiled ahead of time where that can be.
build_kestrelraw() {
  local native=()
  [ "$(uname -m)" != x86_64 ] || native=(--runtime linux-x64 -p:PublishReadyToRun=true)
  dotnet restore src/KestrelRaw --locked-mode -p:PublishReadyToRun=true -v q --nologo
  dotnet publish src/KestrelRaw --no-restore -c Release -o "$work/kestrelraw" "${native[@]}" -v q --nologo
}

# Takes minutes, so what it makes stays in artifacts/, which git ignores, until the sources change. A directory of its own
# keeps the two ways to publish out of each other's intermediate files.
build_native() {
  dotnet publish src/KestrelRaw -c Release --use-current-runtime -p:PublishAot=true "$(native_linker)" -p:RestoreLockedMode=true \
    --artifacts-path artifacts/native -o "$work/native" -v q --nologo
}

build_loadclient() { dotnet build src/LoadClient -c Release -v q --nologo >&2; }

# Becomes the server NAME with a delay of so many milliseconds.
run() {
  case $1 in
    c) exec "$work/epoll_server" "$port" "$2" ;;
    go) exec "$work/go_server" "$port" "$2" ;;
    gevent | threads) exec "$(python_with "${1/threads/threading}")" "bench/peers/$1_server.py" "$port" "$2" ;;
    stock-kestrel) exec "$work/stock-kestrel/StockKestrel" "$port" "$2" ;;
    kestrelraw-*)
      local kind=Delay program="$work/kestrelraw" transport=${1#kestrelraw-}
      [ "$2" != 0 ] || kind=None
      [ "$1" != kestrelraw-native ] || program="$work/native" transport=Auto
      cd "$work/settings"
      exec "$program/KestrelRaw" "--KestrelRaw:Transport=$transport" \
        "--KestrelRaw:Endpoints:async:Url=tcp://127.0.0.1:$port" \
        "--KestrelRaw:Endpoints:async:Work:Kind=$kind" "--KestrelRaw:Endpoints:async:Work:Delay=$2ms" ;;
    *) die "there is no server $1" ;;
  esac
}

start() {
  port=$((port + 1)) server_name=$1
  run "$@" >"$work/log" 2>&1 &
  server=$!
}

# SERVER DELAY_MS: and waits until it answers.
start_answering() {
  start "$@"
  await answers || die "$server_name does not answer: $(head -n 5 "$work/log")"
}

# SERVER DELAY_MS: and waits until it listens; it has no connection yet.
start_listening() {
  start "$@"
  await listens || die "$server_name does not listen: $(head -n 5 "$work/log")"
  # The rest of the start.
  pause 1
}

# SIGTERM, and the end of it.
stop() {
  kill "$server"
  local give_up=$((SECONDS + 40))
  while is_running; do
    [ $SECONDS -lt $give_up ] || die "$server_name goes on 40 s after SIGTERM"
    pause 0.01
  done
  wait "$server" 2>/dev/null || true
  server=
}

stop_now() { [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true; }

is_running() { kill -0 "$server" 2>/dev/null; }

must_run() { is_running || die "$server_name has ended: $(head -n 5 "$work/log")"; }

# Polls the command; false when the server has ended or 10 s are over.
await() {
  local give_up=$((SECONDS + 10))
  until "$@"; do
    is_running && [ $SECONDS -lt $give_up ] || return 1
    pause 0.001
  done
}

# One whole conversation.
answers() {
  local response=
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf 'GET / HTTP/1.0\r\n\r\n' >&3
  IFS= read -r -d '' -t 10 response <&3 2>/dev/null || true
  exec 3>&-
  [[ $response == *'Hello World!' ]]
}

# Without a connection: 0A is the state LISTEN.
listens() { grep -q "$(printf ' 0100007F:%04X 00000000:0000 0A ' "$port")" /proc/net/tcp; }

# User and system time of the process so far, threads that have ended included, in clock ticks (10 ms).
processor_ticks() {
  local stat
  stat=$(<"/proc/$server/stat")
  # shellcheck disable=SC2086 # the fields after the name, which may have spaces in it
  set -- ${stat##*) }
  echo "${12} ${13}"
}

# VmRSS, VmHWM: kilobytes.
memory() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$server/status"; }

descriptors() {
  local all=("/proc/$server/fd/"*)
  echo "${#all[@]}"
}

# CONNECTIONS DELAY_MS OPTIONS...: a closed loop. A failed request is a result (exit code 1), anything else is the end.
load() {
  local connections=$1 delay=$2
  shift 2
  "$loadclient" "tcp://127.0.0.1:$port" -c "$connections" --expect-delay "${delay}ms" --source "$sources" \
    --expect-bytes 96 --expect 'Hello World!' --quiet --csv "$work/percentiles" "$@" >"$work/report" || [ $? = 1 ]
  must_run
}

# Of the last load: a line of its report, and a percentile of its total times in milliseconds.
figure() { awk -F: -v name="$1" '$1 == name { print $2 + 0 }' "$work/report"; }
percentile() { awk -F, -v percentage="$1" '$1 == percentage { print $2 }' "$work/percentiles"; }
