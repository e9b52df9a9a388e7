-- Where are records missing? An answer from these hosts is a lower bound.
select host, sum("count") filter (type = 'lost') as lost_events, sum(lost) filter (type = 'summary') as lost_by_summary,
       count(*) filter (type = 'malformed') as malformed
from records
where type in ('lost', 'summary', 'malformed')
group by host
having lost_events > 0 or lost_by_summary > 0 or malformed > 0
order by lost_events desc nulls last, host;
