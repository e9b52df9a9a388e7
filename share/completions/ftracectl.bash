# bash completion for ftracectl. The program itself knows what can follow.

_ftracectl() {
  local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} answer typed shell candidate
  COMPREPLY=()
  mapfile -t answer < <("${COMP_WORDS[0]}" help --complete -- "$line" 2>/dev/null)
  ((${#answer[@]} >= 2)) || return 0
  typed=${answer[0]} shell=${answer[1]}
  case $shell in
    files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") && compopt -o filenames 2>/dev/null ;;
    commands) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
  esac
  # A word that has ':' or '=' in it is several words for bash, and the last of them is the one to replace.
  local before=
  case $cur in
    [:=]*) before=$typed ;;
    \'* | \"*) ;;
    *) before=${typed%"$cur"} ;;
  esac
  for candidate in "${answer[@]:2}"; do
    candidate=${candidate%%$'\t'*}
    COMPREPLY+=("${candidate#"$before"}")
  done
}
complete -F _ftracectl ftracectl
