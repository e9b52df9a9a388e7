-- Views over records in JSON Lines, for DuckDB. Read this first, in the folder where the files are:
--     duckdb -cmd ".read /usr/share/ftracectl/sql/records.sql"
--
-- The files: records/HOST/*.jsonl, one folder a host, or any others:
--     set variable records = 'somewhere/**/*.jsonl.gz';      -- before this file is read
-- A record has its host by the folder that its file is in.

set variable records = coalesce(getvariable('records'), 'records/**/*.jsonl');

-- read_json() would do, if DuckDB did not take a condition on a column "filename" for one on the names of its files.
create or replace view records as
select parse_path(file)[-2] as host, record.*
from (
  select file, from_json(json, '{
           "type": "VARCHAR", "ts_ns": "UBIGINT", "clock": "VARCHAR", "cpu": "INTEGER", "pid": "INTEGER", "tid": "INTEGER",
           "ppid": "INTEGER", "uid": "UINTEGER", "comm": "VARCHAR", "syscall": "VARCHAR", "filename": "VARCHAR",
           "argv": ["VARCHAR"], "ret": "BIGINT", "error": "VARCHAR", "status": "VARCHAR", "duration_ns": "UBIGINT",
           "new_comm": "VARCHAR", "cwd": "VARCHAR", "container": "VARCHAR", "exit_code": "INTEGER", "signal": "INTEGER",
           "lifetime_ns": "UBIGINT", "count": "UBIGINT", "lost": "UBIGINT", "user_stack": ["VARCHAR"]}') as record
  from read_ndjson_objects(getvariable('records'), filename = 'file', ignore_errors = true,
                           maximum_object_size = 67108864)
);

create or replace view execs as select * from records where type = 'exec';
create or replace view exits as select * from records where type = 'exit';

-- A process: its pid until it ends. The pid alone is not enough: it is used again.
create or replace view processes as
select host, pid, ppid, comm, exit_code, signal, lifetime_ns,
       ts_ns - lifetime_ns as begin_ns, ts_ns as end_ns
from exits;
