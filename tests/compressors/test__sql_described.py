from __future__ import annotations

from headroom.compressors._sql_described import begins, described

TEXT = """                         Table "public.calls"
   Column   |           Type           | Collation | Nullable |   Default    | Storage | Stats target | Description
------------+--------------------------+-----------+----------+--------------+---------+--------------+-------------
 id         | bigint                   |           | not null |              | plain   |              |
 note       | text                     | C         |          | 'a|b'::text  | main    | 7            | in | out
 arrived_at | timestamp with time zone |           |          |              | plain   |              |
Indexes:
    "calls_pkey" PRIMARY KEY, btree (id)

              View "public.open_calls"
 Column |  Type  | Collation | Nullable | Default
--------+--------+-----------+----------+---------
 id     | bigint |           |          |

"""


def test_each_column_is_a_line_and_what_stands_below_stays() -> None:
    assert begins(TEXT)
    assert described(TEXT.split("\n")).text.split("\n") == [
        'Table "public.calls"',
        "id bigint not null plain",
        "note text collate C default 'a|b'::text main stats target 7 -- in | out",
        "arrived_at timestamp with time zone plain",
        "Indexes:",
        '    "calls_pkey" PRIMARY KEY, btree (id)',
        'View "public.open_calls"',
        "id bigint",
    ]


def test_other_tables_are_none() -> None:
    assert not begins(' id | name\n----+------\n  1 | a\n  2 | b\n "x"\n')
    assert not begins('He said "no"\n and left\n again\n today\n')
    assert not begins("")
