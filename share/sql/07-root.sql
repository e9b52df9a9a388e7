-- What does root start out of folders that anybody can write to?
select host, filename, comm as started_by, count(*) as times
from execs
where uid = 0 and status = 'ok' and regexp_matches(filename, '^(/tmp|/var/tmp|/dev/shm|/home)/')
group by all
order by times desc, host, filename;
