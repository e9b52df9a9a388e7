-- Which processes ended by a signal or with an error?
select comm, signal, exit_code, count(*) as times, count(distinct host) as hosts
from processes
where signal is not null or exit_code > 0
group by all
order by times desc, comm, signal, exit_code
limit 50;
