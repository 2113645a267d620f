from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors.plan import PlanCompressor
from headroom.messages import NO_HINT

PLAN = PlanCompressor()
HEAD = "Terraform will perform the following actions:\n\n"
UNKNOWN = "arn ebs_optimized host_id id key_name public_ip tags_all".split()


def resource(n: int, size: str = "t3.micro") -> str:
    rows = [
        *(f"      + {name:<20} = (known after apply)" for name in UNKNOWN),
        f'      + {"instance_type":<20} = "{size}"',
    ]
    body = "\n".join(sorted(rows))
    return (
        f'  # aws_instance.berth[{n}] will be created\n  + resource "aws_instance" "berth" {{\n{body}\n\n'
        f"      + disk {{\n          + kind  = (known after apply)\n          + size  = {n}\n        }}\n    }}\n\n"
    )


def compress(text: str) -> str:
    made = PLAN.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.lossless
    return made.text


def test_what_is_known_later_stands_on_one_line() -> None:
    text = compress(HEAD + resource(0) + resource(1, "m5.24xlarge"))
    listed = "      + arn, ebs_optimized, host_id, id, key_name, public_ip, tags_all = (known after apply)\n"
    assert text.count(listed) == 1
    assert '      + instance_type = "t3.micro"\n' in text
    assert '      + instance_type = "m5.24xlarge"\n' in text
    assert "      + the 7 of aws_instance.berth[0] = (known after apply)\n" in text
    assert "          + kind = (known after apply)\n          + size = 1\n        }\n" in text


def test_every_line_that_says_what_changes_stays() -> None:
    changed = (
        '  # aws_db_instance.main must be replaced\n-/+ resource "aws_db_instance" "main" {\n'
        '      ~ address        = "a.test" -> (known after apply)\n'
        '      ~ engine_version = "14.7" -> "15.4" # forces replacement\n'
        "        # (41 unchanged attributes hidden)\n    }\n\nPlan: 7 to add, 0 to change, 1 to destroy.\n"
    )
    text = compress(HEAD + resource(0) + changed)
    assert text.endswith(re.sub(" {2,}= ", " = ", changed))


@pytest.mark.parametrize(
    "text", ["", "Terraform has been successfully initialized!\n", 'resource "x" "y" {\n  a = 1\n}\n' * 20]
)
def test_what_is_no_plan_is_not_claimed(text: str) -> None:
    assert PLAN.score(text, NO_HINT) == 0.0
    assert PLAN.score(HEAD + text, NO_HINT) > 0.9


def test_a_quoted_document_and_what_must_be_kept_stay_exact() -> None:
    quoted = HEAD + resource(0) + "      + script = <<-EOT\n            a    = 1\n        EOT\n"
    assert "            a    = 1\n" in compress(quoted)
    kept = Limits(keep=re.compile("host_id +=.*"))
    assert PLAN.compress(HEAD + resource(0), NO_HINT, kept).text == HEAD + resource(0)


def test_a_line_that_looks_like_one_of_ours_leaves_the_text_alone() -> None:
    text = HEAD + resource(0) + "      + a, b = (known after apply)\n"
    assert compress(text) == text


def test_resources_of_which_the_state_was_read_are_counted() -> None:
    reads = [f"aws_s3_bucket.logs[{n}]: Refreshing state... [id=logs-{n}]" for n in range(9)]
    reads[4] = "aws_s3_bucket.logs[4]: Still reading... [10s elapsed]"
    plan = ["Terraform will perform the following actions:", "", "  # aws_s3_bucket.logs[3] will be destroyed"]
    made = PLAN.compress("\n".join([*reads, *plan]), NO_HINT, Limits(effort=Effort.LIGHT))
    assert made.text.split("\n") == ["⋯ lines 1-4 (4 × state read)", reads[4], "⋯ lines 6-9 (4 × state read)", *plan]
    assert [e.ranges for e in made.elisions] == [((1, 4), (6, 9))]
    assert made.note == ""
    exact = PLAN.compress("\n".join([*reads, *plan]), NO_HINT, Limits(effort=Effort.LOSSLESS))
    assert reads[0] in exact.text


def test_a_state_that_is_shown_keeps_all_its_values() -> None:
    """It looks like code, of which bodies could be left out."""
    text = "\n\n".join(
        f'# aws_instance.berth[{n}]:\nresource "aws_instance" "berth" {{\n    ami           = "ami-{n}"\n'
        f'    encrypted     = {str(n == 4).lower()}\n    tags          = {{\n        Env  = "prod"\n    }}\n}}'
        for n in range(9)
    )
    assert PLAN.score(text, NO_HINT) > 0.9
    made = PLAN.compress(text, NO_HINT, Limits(effort=Effort.STRONG))
    assert (made.lossless, made.note) == (True, "state: values unaligned")
    assert made.text.split() == text.split()
