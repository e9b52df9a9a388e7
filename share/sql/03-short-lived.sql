-- Which processes lived less than 10 ms? They escape ps and top.
select comm, count(*) as times, round(avg(lifetime_ns) / 1e6, 2) as mean_ms, count(distinct host) as hosts
from processes
where lifetime_ns < 10000000
group by comm
order by times desc, comm
limit 50;
