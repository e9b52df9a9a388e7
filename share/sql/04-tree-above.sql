-- Who is above a process? Its parent, that one's parent, and so on:
--     set variable host = 'h1'; set variable pid = 4242;
-- A pid may have been used again: of several execs with it, the last before the child's own counts.
with recursive above as (
  select 0 as height, host, pid, ppid, ts_ns, filename, argv
  from (select * from execs where host = getvariable('host') and pid = getvariable('pid') and status = 'ok'
        order by ts_ns limit 1)
  union all
  (select height + 1, e.host, e.pid, e.ppid, e.ts_ns, e.filename, e.argv
   from above a join execs e on e.host = a.host and e.pid = a.ppid and e.ts_ns <= a.ts_ns and e.status = 'ok'
   where height < 100
   qualify row_number() over (partition by a.pid order by e.ts_ns desc) = 1)
)
select height, pid, filename, array_to_string(argv, ' ') as command from above order by height;
