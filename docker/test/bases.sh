# shellcheck shell=bash
# The engine, the base images and the builds. Sourced by test.sh.

# The names stand in the Dockerfile and nowhere else.
base_name() { sed -n "s/^ARG $1=//p" docker/Dockerfile; }
sdk_base=$(base_name SDK_IMAGE)
runtime_base=$(base_name RUNTIME_IMAGE)

engine_command=() build_options=() read_only=(--read-only)
# The engine's own default may be more than this machine lets it give.
ulimits=(--ulimit nofile=10000:10000 --ulimit nproc=10000:10000)

say() { printf '%s\n' "$*"; }
die() {
  say "docker/test.sh: $*" >&2
  exit 1
}

require_tools() {
  [ "$(id -u)" = 0 ] || die "needs root: it goes into the container's network, and reads its files in /proc"
  for each in podman docker; do
    if [ ${#engine_command[@]} = 0 ] && command -v "$each" >/dev/null && "$each" info >/dev/null 2>&1; then
      engine_command=("$each")
    fi
  done
  [ ${#engine_command[@]} -gt 0 ] || die "needs podman or docker, running"
  command -v ab >/dev/null || die "needs ab (apache2-utils)"
  command -v nsenter >/dev/null || die "needs nsenter (util-linux)"
  if is_podman; then
    # Without systemd podman can't set a timer for the health check; it is called here by hand.
    [ -d /run/systemd/system ] || export DISABLE_HC_SYSTEMD=true
    if command -v runc >/dev/null; then engine_command+=(--runtime runc); fi
    # The format that knows HEALTHCHECK; and no /tmp that podman adds of itself.
    build_options=(--isolation=chroot --format docker --network host)
    read_only=(--read-only --read-only-tmpfs=false)
  fi
}

engine() { "${engine_command[@]}" "$@"; }
is_podman() { [ "${engine_command[0]}" = podman ]; }
has_image() { engine image inspect "$1" >/dev/null 2>&1; }

registry_is_reachable() { timeout 5 bash -c "exec 3<>/dev/tcp/${1%%/*}/443" 2>/dev/null; }

provide_bases() {
  if has_image "$sdk_base" && has_image "$runtime_base"; then
    say "Base images: those in the engine's store"
  elif registry_is_reachable "$runtime_base"; then
    say "Base images: the registry's"
  else
    say "Base images: made here, no registry can be reached"
    use_own_store
    make_bases
    use_machines_packages
  fi
}

# What is made here must never be taken for the real thing, and goes away with all its layers.
use_own_store() {
  ! is_podman || engine_command+=(--root "$work/store" --runroot "$work/run")
}

# The packages come from where this machine's NuGet takes them, and stay in its folder.
use_machines_packages() {
  is_podman || return 0
  local folder config
  folder=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
  mkdir -p "$folder"
  build_options+=(--volume "$folder:/root/.nuget/packages")
  for config in ~/.nuget/NuGet/NuGet.Config ~/.config/NuGet/NuGet.Config; do
    [ ! -f "$config" ] || build_options+=(--volume "$config:/root/.nuget/NuGet/NuGet.Config:ro")
  done
}

make_bases() {
  local debian=$work/debian dotnet suite mirror
  command -v debootstrap >/dev/null || die "no registry can be reached, and debootstrap is missing"
  command -v dotnet >/dev/null || die "no registry can be reached, and the .NET SDK is missing"
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' | awk -v suite="$suite" '$2 == suite && $3 == "main" && !found++ { print $1 }')
  [ -n "$mirror" ] || die "apt's sources name no mirror of $suite"
  debootstrap --variant=minbase --include=libssl3,libstdc++6 "$suite" "$debian" "$mirror" >"$work/debootstrap.log" 2>&1 || {
    tail -5 "$work/debootstrap.log" >&2
    die "debootstrap failed"
  }
  # The machine's own: it may trust more than Debian does, and the packages come through it.
  mkdir -p "$debian/etc/ssl/certs"
  cp /etc/ssl/certs/ca-certificates.crt "$debian/etc/ssl/certs/"
  make_sdk_base "$debian" "$dotnet"
  make_runtime_base "$debian" "$dotnet"
}

# A build in a chroot has no end of its own at which what it left running would be ended: it leaves nothing running.
make_sdk_base() {
  tar -cf "$work/sdk.tar" -C "$1" .
  tar -rf "$work/sdk.tar" --transform 's,^\.,./usr/share/dotnet,' -C "$2" .
  import "$work/sdk.tar" "$sdk_base" \
    'ENV PATH=/usr/share/dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true' 'ENV DOTNET_NOLOGO=true' 'ENV DOTNET_CLI_TELEMETRY_OPTOUT=true' \
    'ENV UseSharedCompilation=false' 'ENV MSBUILDDISABLENODEREUSE=1' \
    "ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online}"
  rm "$work/sdk.tar"
}

# As the real one: the shared runtime and the few libraries that it loads; no shell, no package manager, a user 1654.
make_runtime_base() {
  local root=$work/runtime each
  for each in bin lib lib64 sbin; do
    mkdir -p "$root/usr/$each"
    ln -s "usr/$each" "$root/$each"
  done
  dpkg --root="$1" -L libc6 libgcc-s1 libstdc++6 libssl3 | grep -E '\.so(\.[0-9.]+)?$' | grep -vE '/(gconv|engines-3)/' | sed -E 's,^/(usr/)?,usr/,' | sort -u >"$work/libraries"
  tar -C "$1" -c -T "$work/libraries" | tar -C "$root" -x
  mkdir -p "$root/etc/ssl/certs" "$root/usr/share/dotnet" "$root/home/app" "$root/tmp" "$root/dev" "$root/proc" "$root/sys"
  chmod 1777 "$root/tmp"
  cp "$1/etc/ssl/certs/ca-certificates.crt" "$root/etc/ssl/certs/"
  printf '%s\n' 'root:x:0:0::/root:/sbin/nologin' 'app:x:1654:1654::/home/app:/sbin/nologin' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'app:x:1654:' >"$root/etc/group"
  chown 1654:1654 "$root/home/app"
  cp -a "$2/dotnet" "$2/host" "$2/shared" "$root/usr/share/dotnet/"
  ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
  tar -C "$root" -cf "$work/runtime.tar" .
  import "$work/runtime.tar" "$runtime_base" \
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    'ENV APP_UID=1654' 'ENV ASPNETCORE_HTTP_PORTS=8080' 'ENV DOTNET_RUNNING_IN_CONTAINER=true' 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true' \
    'USER 1654'
}

import() { # TAR NAME CHANGE...
  local tar=$1 name=$2 changes=() each
  shift 2
  for each in "$@"; do changes+=(--change "$each"); done
  engine import "${changes[@]}" "$tar" "$name" >/dev/null 2>"$work/import.log" || die "$(cat "$work/import.log")"
  images+=("$name")
}

build() { # TARGET IMAGE
  local log=$work/build-$1.log seconds=$SECONDS
  engine build "${build_options[@]}" --file docker/Dockerfile --target "$1" --tag "$2" . >"$log" 2>&1 || {
    tail -40 "$log" >&2
    die "the image $1 could not be built"
  }
  images+=("$2")
  say "Built $1 in $((SECONDS - seconds)) s"
}

image_megabytes() { echo $(($(engine image inspect --format '{{.Size}}' "$1") / 1000000)); }
