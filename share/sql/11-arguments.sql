-- Which commands carry what looks like a secret? They are in every process list.
select host, filename, regexp_extract(array_to_string(argv, ' '), '(?i)(\S*(password|passwd|token|secret)\S*)', 1) as what,
       count(*) as times
from execs
where regexp_matches(array_to_string(argv, ' '), '(?i)(password|passwd|token|secret)=')
group by all
order by times desc, host, filename;
