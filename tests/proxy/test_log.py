from __future__ import annotations

import json
from pathlib import Path

import pytest

from headroom.exceptions import ConfigError
from headroom.proxy._log import JsonLog


def test_a_line_is_an_object_without_what_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = JsonLog(str(path))
    log.write("request", status=200, error="", blocks={}, text="é\n")
    log.close()
    (line,) = path.read_text().splitlines()
    found = json.loads(line)
    assert found.pop("at") > 1e9
    assert found == {"event": "request", "status": 200, "text": "é\n"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    JsonLog(None).write("request")
    log = JsonLog(str(tmp_path / "log"))
    log.close()
    log.write("request")
    assert log.lost == 1
    JsonLog("-").write("request", status=1)
    assert '"status": 1' in capsys.readouterr().err
    with pytest.raises(ConfigError, match="cannot be opened"):
        JsonLog(str(tmp_path))
