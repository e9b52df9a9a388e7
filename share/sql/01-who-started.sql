-- Who started curl, on any host? The parent's name and pid, and how often.
select host, comm as started_by, ppid, uid, count(*) as times, any_value(array_to_string(argv, ' ')) as example
from execs
where status = 'ok' and parse_filename(filename) = 'curl'
group by all
order by times desc, host, started_by, ppid;
