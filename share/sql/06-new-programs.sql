-- Which programs run on one host alone? What all others do not run is worth a look.
select filename, any_value(host) as host, count(*) as times
from execs
where status = 'ok'
group by filename
having count(distinct host) = 1
order by times desc, filename
limit 50;
