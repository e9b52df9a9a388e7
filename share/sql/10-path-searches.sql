-- How much does searching PATH cost? Misses for each program, and the time they took.
select comm, parse_filename(filename) as program, count(*) as misses, round(sum(duration_ns) / 1e6, 1) as ms
from execs
where error = 'ENOENT' and argv[1] not like '%/%'
group by all
order by misses desc, comm, program
limit 50;
