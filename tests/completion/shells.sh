#!/usr/bin/env bash
# Drives bash's completion as the shell does, and has zsh and fish read theirs where they are installed.
# Usage: shells.sh PROGRAM FOLDER-OF-COMPLETIONS
set -euo pipefail
program=$1 completions=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work"/bin "$work"/tracing/{events,instances/mine}
ln -s "$program" "$work/bin/ftracectl"
printf 'sched:sched_switch\nsched:sched_waking\n' >"$work/tracing/available_events"
: >"$work/tracing/trace_pipe"
export FTRACECTL_TRACEFS=$work/tracing PATH=$work/bin:$PATH
# shellcheck source=/dev/null
. "$completions/ftracectl.bash"

faults=0
# expect LINE WORD...: the words of the line as bash has them, of which ':' is one, and what may stand for the last.
expect() {
  local wanted
  COMP_LINE=$1
  shift
  COMP_POINT=${#COMP_LINE}
  read -ra COMP_WORDS <<<"${COMP_LINE//:/ : }"
  [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _ftracectl
  wanted=$*
  if [[ "${COMPREPLY[*]}" != "$wanted" ]]; then
    printf 'bash: "%s" gives "%s", not "%s"\n' "$COMP_LINE" "${COMPREPLY[*]}" "$wanted"
    faults=$((faults + 1))
  fi
}
expect 'ftracectl capt' capture
expect 'ftracectl capture --user' --user --userstack
expect 'ftracectl enable sched:sched_sw' sched_switch
expect 'ftracectl enable sched:' sched_switch sched_waking
expect 'ftracectl enable sch' sched:sched_switch sched:sched_waking
expect 'ftracectl stream --instance ' mine
expect 'ftracectl nonsense ' ''

! command -v zsh >/dev/null || zsh -n "$completions/_ftracectl" || faults=$((faults + 1))
! command -v fish >/dev/null || fish -n "$completions/ftracectl.fish" || faults=$((faults + 1))
((faults == 0))
