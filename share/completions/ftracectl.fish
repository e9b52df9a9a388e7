# fish completion for ftracectl. The program itself knows what can follow.

function __ftracectl_complete
    set -l answer (ftracectl help --complete -- (commandline -cp) 2>/dev/null)
    test (count $answer) -ge 2; or return
    switch $answer[2]
        case files
            __fish_complete_path (commandline -ct)
        case commands
            __fish_complete_command
    end
    if test (count $answer) -gt 2
        printf '%s\n' $answer[3..-1]
    end
end

complete -c ftracectl -f -a '(__ftracectl_complete)'
