-- Which programs fail to start, and why?
select filename, error, count(*) as times, count(distinct host) as hosts
from execs
where status = 'failed'
group by all
order by times desc, filename, error
limit 50;
