#!/usr/bin/env bash
# Builds the images from docker/Dockerfile as it is, and puts the server through what a container has to stand: little
# memory, one CPU, a read-only root, no capabilities, load, and SIGTERM under load. Ends with 0 when all of it held.
#
# As root, with podman or docker, ab, and, where no registry can be reached, debootstrap and the .NET SDK: the base images
# are then made from Debian's packages and this machine's SDK, under the names that the Dockerfile uses.
set -euo pipefail
cd "$(dirname "$0")/.."
source docker/test/bases.sh
source docker/test/checks.sh

id=kestrelraw-test-$$
server_image=localhost/$id:server
client_image=localhost/$id:loadclient
work=$(mktemp -d)
containers=() images=()

clean_up() {
  for each in "${containers[@]}"; do engine rm --force "$each" >/dev/null 2>&1 || true; done
  for each in "${images[@]}"; do engine rmi --force "$each" >/dev/null 2>&1 || true; done
  if mountpoint -q "$work/store/overlay"; then umount "$work/store/overlay"; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

require_tools
say "$(engine --version), $(uname -sr)"

# ---- images --------------------------------------------------------------------------------------------------------

provide_bases
build kestrelraw "$server_image"
build loadclient "$client_image"
result "Image size" "$(image_megabytes "$server_image") MB, of which the base is $(image_megabytes "$runtime_base") MB; LoadClient's $(image_megabytes "$client_image") MB"
check "the image names the projects' version" image_has_version "$server_image"
check "the image has its health check" image_has_health_check "$server_image"

# ---- limits: those that the engine can set here --------------------------------------------------------------------

limits=()
add_limit memory --memory 128m
add_limit CPU --cpus 1
add_limit threads --pids-limit 600

# No network but a loopback of its own: the clients go into it. So the ports are the image's, and nothing leaves.
run_server() { # NAME [engine options]
  local name=$1
  shift
  containers+=("$name")
  engine run --detach --name "$name" --network none "${ulimits[@]}" "${limits[@]}" "${read_only[@]}" \
    --cap-drop all --security-opt no-new-privileges "$@" "$server_image" >/dev/null
}

# ---- start-up ------------------------------------------------------------------------------------------------------

for round in 1 2 3; do
  name=$id-start-$round
  from_run=$(date +%s%N)
  run_server "$name" --env KestrelRaw__Endpoints__async__Work__Kind=None
  pid=$(pid_of "$name")
  answered=$(first_answer "$pid" 7777)
  from_process=$(started_at "$pid")
  idle=$(resident_megabytes "$pid")
  result "Start-up $round" "first answer $(((answered - from_run) / 1000000)) ms after '${engine_command[0]} run', $(((answered - from_process) / 1000000)) ms after the process's start; $idle MB resident"
  engine rm --force "$name" >/dev/null
done

# ---- what it is held to --------------------------------------------------------------------------------------------

server=$id-server
run_server "$server"
pid=$(pid_of "$server")
first_answer "$pid" 7777 >/dev/null
result "Resident, idle" "$(resident_megabytes "$pid") MB"

check "the process is user 1654" status_is "$pid" Uid 1654
check "the process has no capability" status_is "$pid" CapEff 0000000000000000
check "the process can gain no privilege" status_is "$pid" NoNewPrivs 1
check "the root file system is read-only" root_is_read_only "$pid"
check "nothing else is writable but /dev and /proc" nothing_is_writable "$pid"
check "there is no shell in the image" no_shell "$server"
check_limits "$server"
check "the health check says healthy" health_check "$server"

# ---- load ----------------------------------------------------------------------------------------------------------

for endpoint in threads:4444 async:7777 pool:7778; do
  check "ab -n 5000 -c 500 on ${endpoint%:*}: 0 failed" ab_without_failures "$pid" "${endpoint#*:}" 5000 500
done
check "the health check says healthy under load" health_check_under_load "$server" "$pid"
check "no process was ended for want of memory" no_out_of_memory "$server"
if has_ended "$server"; then summary; fi
result "Resident, after the load" "$(resident_megabytes "$pid") MB; at most $(peak_megabytes "$pid") MB; charged to the container at most $(peak_charged_megabytes "$pid") MB"

# ---- SIGTERM under load --------------------------------------------------------------------------------------------

# An open loop goes on when the server refuses: what comes after the port is closed is refused, and may be.
client=$id-client
containers+=("$client")
engine run --detach --name "$client" --network "container:$server" "${ulimits[@]}" "${read_only[@]}" --cap-drop all \
  "$client_image" tcp://127.0.0.1:7777 --rate 300 --duration 8s >/dev/null
wait_until 15 under_load "$pid" 7777
sleep 2
stopping=$(date +%s%N)
engine stop --time 35 "$server" >/dev/null
stopped_ms=$((($(date +%s%N) - stopping) / 1000000))
wait_until 60 has_ended "$client"
engine logs "$client" >"$work/client" 2>&1
engine logs "$server" >"$work/server" 2>&1
result "SIGTERM under load" "the container ended after $stopped_ms ms with exit code $(exit_code "$server")"
result "Its last clients" "$(errors_of "$work/client")"
check "the exit code is 0" test "$(exit_code "$server")" = 0
check "it ended within the drain's 30 s" test "$stopped_ms" -lt 30000
check "no client was reset, cut off or kept waiting" only_refused "$work/client"
check "the server completed every connection that it accepted" all_completed "$work/server"

summary
