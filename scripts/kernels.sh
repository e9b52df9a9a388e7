# Debian's kernels and the emulator to boot them in, for scripts/kernel-matrix. Source it behind lib.sh; it runs
# nothing by itself. Everything lands in a cache outside the checkout, nothing is installed: apt fetches and checks
# the packages with lists of their own, dpkg unpacks them beside each other.
# shellcheck shell=bash

kernel_cache=${XDG_CACHE_HOME:-$HOME/.cache}/ftracectl
lists_age_min=360 # package lists that are older are fetched anew

# Which suites have a kernel of this series, the best one first. A series of another architecture is named after it.
suites_of() {
  case $1 in
    5.10) echo bullseye ;;
    6.1 | 6.1-arm64) echo bookworm ;;
    6.12 | 6.12-arm64) echo trixie bookworm-backports ;;
    7) echo trixie-backports ;;
    *) return 1 ;;
  esac
}
# shellcheck disable=SC2034  # for those who source this
all_series=(5.10 6.1 6.12 7)

# architecture_of SERIES: Debian's name of it.
architecture_of() { if [[ $1 == *-arm64 ]]; then echo arm64; else echo amd64; fi; }

# The name of the lists and caches of a suite for FTRACECTL_APT_ARCHITECTURE.
lists_of() { printf '%s%s\n' "$1" "${FTRACECTL_APT_ARCHITECTURE:+-$FTRACECTL_APT_ARCHITECTURE}"; }

# This machine's own release, such as bookworm.
codename() { (. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-bookworm}"); }

# The mirror that this machine takes Debian from: others may have a suite named after the release, but none for its
# updates. Works before the first `apt-get update`, too.
mirror() {
  local releases suite uri
  releases=$(apt-get update --print-uris)
  for suite in "$(codename)-updates" "$(codename)"; do
    uri=$(sed -n "s|^'\(.*\)/dists/$suite/.*|\1|p" <<<"$releases" | head -n 1)
    [[ -z $uri ]] || break
  done
  [[ -n $uri ]] || die "apt's configuration names no Debian mirror"
  printf '%s\n' "$uri"
}

# apt_for NAME "SUITE..." PROGRAM ARGUMENT...: an apt program that sees these suites alone, with folders of its
# own. Without `installed`, a dpkg status file, no package counts as installed. FTRACECTL_APT_ARCHITECTURE is another
# architecture than this machine's.
apt_for() {
  local name=$1 suites=$2 program=$3 folder=$kernel_cache/apt/$1 suite other=()
  shift 3
  if [[ -n ${FTRACECTL_APT_ARCHITECTURE:-} ]]; then
    other=(-o "APT::Architecture=$FTRACECTL_APT_ARCHITECTURE" -o "APT::Architectures::=$FTRACECTL_APT_ARCHITECTURE")
  fi
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/no-preferences"
  for suite in $suites; do printf 'deb %s %s main\n' "$(mirror)" "$suite"; done >"$folder/sources.list.new"
  cmp -s "$folder/sources.list.new" "$folder/sources.list" || cp "$folder/sources.list.new" "$folder/sources.list"
  "$program" -q -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::Etc::preferences=- -o Dir::Etc::preferencesparts="$folder/no-preferences" -o APT::Default-Release= \
    -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder/cache" -o Dir::State::status="${installed:-/dev/null}" \
    -o Acquire::Languages=none -o Acquire::Retries=2 -o APT::Sandbox::User= -o Debug::NoLocking=1 \
    "${other[@]}" "$@"
}

# Fetches the lists if those that are there have become old.
update_lists() {
  local name=$1 suites=$2 stamp=$kernel_cache/apt/$1/updated
  [[ -z $(find "$stamp" -mmin -$lists_age_min 2>/dev/null) || $(<"$stamp") != "$suites" ]] || return 0
  apt_for "$name" "$suites" apt-get update >&2 && printf '%s' "$suites" >"$stamp"
}

# unpack PACKAGE.deb FOLDER: by way of a folder beside it, so that FOLDER is whole or not there.
unpack() {
  rm -rf "$2.new"
  dpkg -x "$1" "$2.new" && rm -rf "$2" && mv "$2.new" "$2"
}

# download NAME "SUITE..." PACKAGE FOLDER: into FOLDER/PACKAGE_VERSION.deb, and prints this path.
download() {
  local found
  (cd "$4" && apt_for "$1" "$2" apt-get download "$3") >&2 || return 1
  found=$(find "$4" -maxdepth 1 -name "$3_*.deb" -printf '%T@ %p\n' | sort -n | tail -n 1)
  printf '%s\n' "${found#* }"
}

# What the newest of a suite's packages depends on, one a line.
depends_of() {
  apt_for "$(lists_of "$1")" "$1" apt-cache show --no-all-versions "$2" |
    sed -n 's/^Depends: //p' | tr ',' '\n' | sed -e 's/^ *//' -e 's/[ (|].*//'
}

# The image package of a suite's newest cloud kernel.
newest_image() {
  local cloud=cloud-${FTRACECTL_APT_ARCHITECTURE:-amd64}
  depends_of "$1" "linux-image-$cloud" | grep -m 1 -E "^linux-image-[0-9].*-$cloud\$"
}

# Unpacks a suite's kernel: vmlinuz and config, in a folder named after its release. From 7.x on the image
# package is empty, and what it depends on has the two.
unpack_kernel() {
  local suite=$1 image=$2 folder=$3 work=$3.work package deb
  rm -rf "$work"
  mkdir -p "$work/root"
  for package in "$image" $(depends_of "$suite" "$image" | grep -E '^linux-(binary|base)-[0-9]'); do
    deb=$(download "$(lists_of "$suite")" "$suite" "$package" "$work") || return 1
    dpkg -x "$deb" "$work/root" || return 1
    rm -f "$deb"
  done
  mkdir -p "$work/done"
  find "$work/root" -type f -name 'vmlinuz*' -exec cp {} "$work/done/vmlinuz" \;
  find "$work/root" -type f -name 'config-*' -path '*/boot/*' -exec cp {} "$work/done/config" \;
  [[ -s $work/done/config ]] || find "$work/root" -type f -name 'config*' -exec cp {} "$work/done/config" \;
  [[ -s $work/done/vmlinuz ]] || { say "$image holds no vmlinuz"; return 1; }
  rm -rf "$folder"
  mv "$work/done" "$folder"
  rm -rf "$work"
}

# fetch_kernel SERIES: prints the folder with the newest kernel's vmlinuz and config, named after its release.
# Without the network the newest one that was fetched before serves, and this is said.
fetch_kernel() {
  local series=${1%-arm64} suite image folder FTRACECTL_APT_ARCHITECTURE=
  [[ $(architecture_of "$1") == amd64 ]] || FTRACECTL_APT_ARCHITECTURE=$(architecture_of "$1")
  for suite in $(suites_of "$series"); do
    update_lists "$(lists_of "$suite")" "$suite" || say "the lists of $suite cannot be fetched: going on with what is there"
    image=$(newest_image "$suite") || continue
    [[ $image == "linux-image-$series."* ]] || continue
    folder=$kernel_cache/kernels/${image#linux-image-}
    if [[ ! -e $folder/vmlinuz ]]; then
      say "fetching $image"
      mkdir -p "$kernel_cache/kernels"
      unpack_kernel "$suite" "$image" "$folder" || continue
    fi
    printf '%s\n' "$folder"
    return 0
  done
  say "no kernel $series: none of these suites has one that can be fetched: $(suites_of "$series")"
  return 1
}

# The suites for programs that are to run here.
own_suites() { printf '%s %s-backports\n' "$(codename)" "$(codename)"; }

# fetch_qemu [ARCHITECTURE]: prints the folder with QEMU unpacked. It is that of the backports (10 for Debian 12, whose own 7.2
# crashes a 6.12 kernel at times), with those libraries that this machine lacks.
fetch_qemu() {
  local architecture=${1:-amd64} folder work suites deb package=qemu-system-x86
  folder=$kernel_cache/qemu
  if [[ $architecture == arm64 ]]; then folder+=-arm64 package=qemu-system-arm; fi
  work=$folder.work
  if (exec_qemu "$architecture" "$folder" --version) >/dev/null 2>&1; then
    printf '%s\n' "$folder"
    return 0
  fi
  suites=$(own_suites)
  rm -rf "$work"
  mkdir -p "$work/root"
  update_lists qemu "$suites" || return 1
  say "fetching qemu"
  installed=/var/lib/dpkg/status apt_for qemu "$suites" apt-get -y --download-only --no-install-recommends \
    -t "${suites#* }" -o Dir::Cache::archives="$work" install "$package" >&2 || return 1
  for deb in "$work"/*.deb; do dpkg -x "$deb" "$work/root" || return 1; done
  rm -rf "$folder"
  mv "$work/root" "$folder"
  rm -rf "$work"
  (exec_qemu "$architecture" "$folder" --version) >&2 || return 1
  printf '%s\n' "$folder"
}

# exec_qemu ARCHITECTURE FOLDER ARGUMENT...: becomes the unpacked QEMU that emulates a machine of the architecture.
exec_qemu() {
  local program=qemu-system-x86_64 usr=$2/usr
  [[ $1 != arm64 ]] || program=qemu-system-aarch64
  shift 2
  LD_LIBRARY_PATH=$usr/lib/x86_64-linux-gnu:$usr/../lib/x86_64-linux-gnu exec \
    "$usr/bin/$program" -L "$usr/share/qemu" -L "$usr/share/seabios" -L "$usr/lib/ipxe/qemu" "$@"
}

# fetch_busybox [ARCHITECTURE]: prints the path of a static busybox.
fetch_busybox() {
  local folder=$kernel_cache/busybox suites deb FTRACECTL_APT_ARCHITECTURE=
  if [[ ${1:-amd64} != amd64 ]]; then folder+=-$1 FTRACECTL_APT_ARCHITECTURE=$1; fi
  if [[ ! -x $folder/bin/busybox ]]; then
    suites=$(own_suites)
    update_lists "$(lists_of qemu)" "$suites" || return 1
    mkdir -p "$kernel_cache"
    deb=$(download "$(lists_of qemu)" "$suites" busybox-static "$kernel_cache") || return 1
    unpack "$deb" "$folder" && rm -f "$deb"
  fi
  printf '%s\n' "$folder/bin/busybox"
}
