# Functions that the scripts beside this file share. Source it; it runs nothing by itself.
# shellcheck shell=bash

# The checkout, wherever it is and from wherever we are called.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# The packages of these lists (files in scripts/packages) that are not installed, one a line.
missing_packages() {
  local wanted
  wanted=$(cd "$root/scripts/packages" && sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@" | sort -u)
  # shellcheck disable=SC2086  # names of packages hold no blanks
  comm -23 <(printf '%s\n' "$wanted") \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
      sed -n 's/^installed //p' | sort -u)
}

# require_packages LIST...: installs what is missing from these lists. Quick where nothing is.
require_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    command -v cmake >/dev/null || die "this is no Debian: install what corresponds to the packages in" \
      "$root/scripts/packages: $*"
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0
  if ((EUID != 0)); then
    die "not root, and these packages are missing. Run this first:" \
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"
  } </dev/null >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "the packages could not be installed: ${missing[*]}"
  fi
  rm -f "$log"
}

# Configures build/PRESET where it is not yet, or where what it was configured with is older than the presets.
# (A change of a CMakeLists.txt is seen by the build itself.)
configure() {
  local build=$root/build/$1 stamp=$root/build/$1/.configured-for
  if [[ -e $stamp && $(<"$stamp") != "$root" ]]; then
    rm -rf "$build" # the checkout was moved, and CMake refuses to go on elsewhere
  fi
  if [[ ! -e $stamp || $root/CMakePresets.json -nt $stamp || ! -e $build/build.ninja ]]; then
    (cd "$root" && cmake --preset "$1") && printf '%s' "$root" >"$stamp"
  fi
}

# Copies a build's output into a log; every few seconds the line it has come to goes to standard error.
show_progress() {
  local log=$1 line next=$((SECONDS + 3))
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    if ((SECONDS >= next)) && [[ $line == \[*/*\]* ]]; then
      say "building ${line%% *}"
      next=$((SECONDS + 5))
    fi
  done
}

# build PRESET [CMAKE-BUILD-OPTION...]: configures and builds, silent when quick, with everything on standard
# error when it fails. Two at the same time wait for each other.
build() {
  local preset=$1 log=$root/build/$1.log
  shift
  mkdir -p "$root/build" || die "$root/build cannot be made"
  if ! { : >>"$root/build/$preset.lock"; } 2>/dev/null; then
    die "$root/build belongs to somebody else: build as that user, or remove it"
  fi
  (
    exec 9>"$root/build/$preset.lock"
    flock 9
    : >"$log"
    { configure "$preset" && cmake --build "$root/build/$preset" "$@"; } 2>&1 9>&- | show_progress "$log"
  ) && return 0
  cat "$log" >&2
  say "the build failed; its output is also in ${log#"$root/"}"
  return 1
}
