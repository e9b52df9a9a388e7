#!/usr/bin/env python3
"""Prints records as of a build that runs N programs, in JSON Lines: make_records.py N [--hostile]. The same each time."""

import json
import random
import sys

HOSTILE = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "line\nbreak", "\u202egnp.exe", "a" * 4000,
    "\u2066iso\u2069lated", "tab\there", "quote\"'&amp;", "\x1b[31mred\x1b[0m", "</style><b>bold</b>", "%DATA% %SCRIPT%", "$& $1 ${x}",
    "日本語の名前", "\U0001f600 smile", "", " ", "\\u003c", "]]>", "<!--",
]


def main():
    count = int(sys.argv[1])
    hostile = "--hostile" in sys.argv
    random.seed(7)
    out = sys.stdout
    now = 5_000_000_000_000
    pid = 4000
    stacks = [["do_execveat_common.isra.0", "__x64_sys_execve", "do_syscall_64", "entry_SYSCALL_64_after_hwframe"],
              ["bprm_execve", "do_execveat_common.isra.0", "__x64_sys_execve", "do_syscall_64", "entry_SYSCALL_64_after_hwframe"]]
    programs = ["/usr/bin/gcc", "/usr/libexec/gcc/cc1", "/usr/bin/as", "/usr/bin/ld", "/usr/bin/rm", "/usr/bin/sed"]

    def put(**record):
        out.write(json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n")

    def attempt(at, pid, ppid, comm, path, argv, ret=0, error=None, took=400_000, **more):
        status = "ok" if ret == 0 else "failed"
        put(type="exec", ts_ns=at, clock="mono", cpu=pid % 4, pid=pid, tid=pid, ppid=ppid, uid=1000 if pid % 9 else 0,
            comm=comm, syscall="execve", filename=path, filename_from="sched_process_exec" if ret == 0 else "eprobe",
            argv=argv, argv_from="eprobe", ret=ret, error=error, status=status, duration_ns=took,
            new_comm=path.rsplit("/", 1)[-1][:15] if ret == 0 else None, **more)

    def end(at, pid, ppid, comm, code=0, signal=None, life=0):
        put(type="exit", ts_ns=at, cpu=pid % 4, pid=pid, tid=pid, ppid=ppid, comm=comm,
            exit_code=None if signal else code, signal=signal, lifetime_ns=life)

    begin, root = now, pid
    attempt(now, root, 1, "bash", "/usr/bin/make", ["make", "-j8"])
    made = 1
    ends = []
    while made < count:
        pid += 1
        shell, start = pid, now
        attempt(now + 150_000, shell, root, "make", "/bin/sh", ["/bin/sh", "-c", f"gcc -O2 -c src/unit{made}.c -o unit{made}.o"])
        made += 1
        for step in range(random.randint(1, 4)):
            pid += 1
            program = programs[(made + step) % len(programs)]
            born, argument = now + 600_000, f"src/unit{made}.c"
            if hostile and made % 2 == 0:
                argument = HOSTILE[made // 2 % len(HOSTILE)]
            if random.random() < .06:
                for folder in ("/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/"):
                    attempt(born, pid, shell, "sh", folder + program.rsplit("/", 1)[-1], [program.rsplit("/", 1)[-1], "-O2", "-c", argument],
                            ret=-2, error="ENOENT", took=9_000)
                    born += 12_000
                    made += 1
            elif random.random() < .01:
                attempt(born, pid, shell, "sh", "/opt/missing/tool", ["tool", argument], ret=-2, error="ENOENT", took=8_000)
                made += 1
                ends.append((born + 300_000, pid, shell, "sh", 127, None, 500_000))
                continue
            took = random.randint(2_000_000, 90_000_000)
            attempt(born, pid, shell, "sh", program, [program.rsplit("/", 1)[-1], "-O2", "-c", argument],
                    took=random.randint(200_000, 1_500_000), stack=stacks[made % 2])
            made += 1
            code = 1 if random.random() < .012 else 0
            ends.append((born + took, pid, shell, program.rsplit("/", 1)[-1], code, 9 if random.random() < .003 else None, took + 200_000))
            now = born + took // 6
        ends.append((now + 95_000_000, shell, root, "sh", 0, None, now + 95_000_000 - start))
        ends.sort()
        while ends and ends[0][0] <= now:
            end(*ends.pop(0))
        if made % 5000 < 4 and made > 5000:
            put(type="lost", ts_ns=now, cpu=1, count=random.randint(10, 900))
    for one in sorted(ends):
        end(*one)
    last = max([now] + [one[0] for one in ends]) + 1_000_000
    end(last, root, 1, "make", 2, None, last - begin + 400_000)


main()
