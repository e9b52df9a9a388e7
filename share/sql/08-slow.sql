-- How long does an exec take, by program? Half of them, and the slowest in a hundred.
select filename, count(*) as times, round(quantile_cont(duration_ns, 0.5) / 1e6, 3) as median_ms,
       round(quantile_cont(duration_ns, 0.99) / 1e6, 3) as p99_ms
from execs
where status = 'ok' and duration_ns is not null
group by filename
having count(*) >= 20
order by p99_ms desc, filename
limit 50;
