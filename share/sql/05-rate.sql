-- How many execs in each second, by host? Of the trace's clock, which begins when the machine does.
select host, ts_ns // 1000000000 as second, count(*) as execs, count(*) filter (status = 'failed') as failed
from execs
group by all
order by host, second;
