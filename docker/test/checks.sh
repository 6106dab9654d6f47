# shellcheck shell=bash
# What is checked, and how it is said. Sourced by test.sh.

failures=0 not_in_force=()

result() { printf '%-26s %s\n' "$1:" "$2"; }

check() { # WHAT COMMAND...
  local what=$1 detail
  shift
  if detail=$("$@" 2>&1); then
    say "ok      $what"
  else
    say "FAILED  $what"
    [ -z "$detail" ] || printf '%s\n' "$detail" | tail -20 | sed 's/^/        /'
    failures=$((failures + 1))
  fi
}

summary() {
  for each in "${not_in_force[@]}"; do say "Not in force here: $each"; done
  if [ "$failures" -gt 0 ]; then
    say "$failures checks failed"
    exit 1
  fi
  say "All checks passed in $SECONDS s"
}

wait_until() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || die "gave up waiting: $*"
    sleep 0.1
  done
}

# ---- containers and their processes --------------------------------------------------------------------------------

inspect() { engine inspect --format "$2" "$1"; }
pid_of() { inspect "$1" '{{.State.Pid}}'; }
exit_code() { inspect "$1" '{{.State.ExitCode}}'; }
has_ended() { [ "$(inspect "$1" '{{.State.Running}}')" = false ]; }

status_of() { awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"; }
status_is() { [ "$(status_of "$1" "$2")" = "$3" ] || { status_of "$1" "$2"; return 1; }; }
resident_megabytes() { echo $(($(status_of "$1" VmRSS) / 1024)); }
peak_megabytes() { echo $(($(status_of "$1" VmHWM) / 1024)); }

# What the memory limit is measured against, at its highest: not the pages of files that others have read too.
peak_charged_megabytes() {
  local group bytes
  group=$(awk -F : '$2 == "memory" || $2 == "" { print $3; exit }' "/proc/$1/cgroup")
  bytes=$(cat "/sys/fs/cgroup/memory$group/memory.max_usage_in_bytes" 2>/dev/null || cat "/sys/fs/cgroup$group/memory.peak" 2>/dev/null || echo 0)
  echo $((bytes / 1048576))
}

# Nanoseconds since 1970, as the kernel's clock ticks allow.
started_at() {
  local ticks uptime
  ticks=$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)
  uptime=$(cut -d ' ' -f 1 /proc/uptime)
  echo $(($(date +%s%N) - ${uptime/./}0000000 + ticks * 1000000000 / $(getconf CLK_TCK)))
}

# Asks again and again, from within the container's network, and prints the time of the first answer.
first_answer() { # PID PORT
  nsenter --net="/proc/$1/ns/net" timeout 60 bash -c '
    until { exec 3<>"/dev/tcp/127.0.0.1/$0" && printf x >&3 && read -r -n 1 <&3; } 2>/dev/null; do sleep 0.005; done
    date +%s%N' "$2" || die "no answer within 60 s"
}

# ---- images --------------------------------------------------------------------------------------------------------

image_has_version() {
  local labelled projects
  labelled=$(engine image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' "$1")
  projects=$(sed -n 's,.*<Version>\(.*\)</Version>.*,\1,p' Directory.Build.props)
  [ "$labelled" = "$projects" ] || { say "the label says $labelled, Directory.Build.props $projects"; return 1; }
}

# podman leaves it out of images of another format than Docker's.
image_has_health_check() { [[ $(engine image inspect "$1" | tr -d ' \n') == *'"CMD","dotnet","/app/KestrelRaw.dll","healthcheck"'* ]]; }

# ---- limits --------------------------------------------------------------------------------------------------------

# A limit that the engine can't set on this machine is left out and said to be so.
add_limit() { # NAME OPTION VALUE
  local error
  if error=$(engine run --rm --network none "${ulimits[@]}" "$2" "$3" "$server_image" --version 2>&1 >/dev/null); then
    limits+=("$2" "$3")
  else
    not_in_force+=("the $1 limit $2 $3: $(printf '%s' "$error" | tail -1)")
  fi
}

# Each limit that was set must be in the server's own words, as the container's.
check_limits() { # CONTAINER
  local line
  wait_until 10 has_line "$1" 'Limits: '
  line=$(engine logs "$1" 2>&1 | sed -n 's/.*Limits: //p')
  result "Limits, as the server says" "$line"
  case " ${limits[*]} " in *" --memory "*) check "the memory limit is the container's" matches "$line" '128 MiB memory \(cgroup\)' ;; esac
  case " ${limits[*]} " in *" --cpus "*) check "the CPU limit is the container's" matches "$line" '1 CPU \((cgroup|machine)\)' ;; esac
  case " ${limits[*]} " in *" --pids-limit "*) check "the limit of threads is the container's" matches "$line" '600 threads \(cgroup\)' ;; esac
  check "the limit of descriptors is the container's" matches "$line" '10,000 file descriptors \(rlimit\)'
}

has_line() { [[ $(engine logs "$1" 2>&1) == *"$2"* ]]; }
matches() { [[ $1 =~ $2 ]] || { say "$1"; return 1; }; }

# ---- the file system -----------------------------------------------------------------------------------------------

root_is_read_only() { [[ $(awk '$5 == "/" { print $6 }' "/proc/$1/mountinfo") =~ ^ro(,|$) ]]; }

nothing_is_writable() {
  local writable
  writable=$(awk '$6 ~ /^rw(,|$)/ && $5 !~ "^/(dev|proc|sys/fs/cgroup)(/|$)" && $5 !~ "^/(etc/(hosts|hostname|resolv.conf)|run/.containerenv|run/secrets)$" { print $5 }' "/proc/$1/mountinfo")
  [ -z "$writable" ] || { say "writable: $writable"; return 1; }
}

no_shell() {
  local shell
  for shell in sh /bin/sh bash /usr/bin/busybox; do
    ! engine exec "$1" "$shell" -c : >/dev/null 2>&1 || { say "$shell runs"; return 1; }
  done
}

# ---- health and load -----------------------------------------------------------------------------------------------

# What the image's HEALTHCHECK calls, in the container.
health_check() { engine exec "$1" dotnet /app/KestrelRaw.dll healthcheck; }

ab_without_failures() { # PID PORT REQUESTS CONCURRENCY
  local log=$work/ab-$2
  nsenter --net="/proc/$1/ns/net" ab -q -n "$3" -c "$4" "http://127.0.0.1:$2/" >"$log" 2>&1 || { tail -3 "$log"; return 1; }
  if ! grep -qE "^Complete requests: +$3\$" "$log" || ! grep -qE '^Failed requests: +0$' "$log" || grep -q '^Non-2xx' "$log"; then
    grep -E '^(Complete|Failed|Non-2xx|   \()' "$log"
    return 1
  fi
}

health_check_under_load() { # CONTAINER PID
  ab_without_failures "$2" 4444 2000 500 &
  local load=$! healthy=0
  wait_until 10 under_load "$2" 4444
  health_check "$1" || healthy=$?
  wait "$load" && [ "$healthy" = 0 ]
}

# A connection to the port is established.
under_load() { # PID PORT
  nsenter --net="/proc/$1/ns/net" awk -v port="$(printf ':%04X$' "$2")" '$2 ~ port && $4 == "01" { found = 1 } END { exit !found }' /proc/net/tcp
}

# podman does not always know why a process ended: it must run.
no_out_of_memory() { # CONTAINER
  local state
  state=$(inspect "$1" '{{.State.Running}} {{.State.OOMKilled}} {{.State.ExitCode}}')
  [ "$state" = "true false 0" ] || { say "running, out of memory, exit code: $state"; return 1; }
}

# ---- LoadClient's report and the server's totals -------------------------------------------------------------------

errors_of() { awk '/^(Complete|Failed) requests:/ { print } /^ +\(/ { print }' "$1" | tr -s ' \n' ' '; }

# Some must have been served and some refused: else the signal did not come in the middle.
only_refused() {
  errors_of "$1"
  awk '/^Errors:/ { inside = 1; next }
       inside && NF != 2 { inside = 0 }
       inside && $1 == "refused" { refused = $2 }
       inside && $1 != "refused" { other = 1 }
       /^Complete requests:/ { complete = $3 }
       END { exit !(!other && refused > 0 && refused < complete) }' "$1"
}

# ab leaves some connections that it opened for more requests than it was to make: client_closed.
all_completed() {
  grep 'stopped:' "$1"
  grep 'stopped:' "$1" | awk '!/ 0 active; completed [0-9]+(, client_closed [0-9]+)?; 0 failed accepts$/ { bad = 1 } END { exit bad || NR != 3 }'
}
