"""The package's door: clear about what is missing. Runs with and without LiteLLM."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

PRESENT = importlib.util.find_spec("litellm") is not None
ROOT = Path(__file__).parents[3]


def python(code: str, *path: Path) -> str:
    places = os.pathsep.join(map(str, [*path, ROOT / "integrations", ROOT]))
    env = {**os.environ, "PYTHONPATH": places, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, encoding="utf-8", check=False, env=env
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_missing_framework_is_an_error_that_names_the_extra() -> None:
    code = "import sys; sys.modules['litellm'] = None\ntry:\n    import litellm_headroom\nexcept ImportError as e: print(e)"
    assert python(code).strip() == (
        "litellm_headroom needs litellm, which is missing: pip install 'headroom-context[litellm]'"
    )


def test_a_framework_that_is_too_old_is_an_error_that_names_both_versions(tmp_path: Path) -> None:
    (tmp_path / "litellm").mkdir()
    (tmp_path / "litellm" / "__init__.py").touch()
    (tmp_path / "litellm-1.70.4.dist-info").mkdir()
    (tmp_path / "litellm-1.70.4.dist-info" / "METADATA").write_text("Name: litellm\nVersion: 1.70.4\n")
    code = "try:\n    import litellm_headroom\nexcept ImportError as e: print(e)"
    said = python(code, tmp_path)
    assert said.startswith("litellm_headroom needs litellm 1.80.17 or later, but 1.70.4 is installed: pip install")


def test_a_fault_within_litellm_is_told_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "litellm").mkdir()
    (tmp_path / "litellm" / "__init__.py").write_text("import a_package_that_is_not_there")
    code = "try:\n    import litellm_headroom\nexcept ImportError as e: print(e)"
    assert python(code, tmp_path).strip() == "No module named 'a_package_that_is_not_there'"


def test_headroom_imports_no_litellm() -> None:
    assert python("import sys, headroom, headroom.engine; print('litellm' in sys.modules)").strip() == "False"


@pytest.mark.skipif(not PRESENT, reason="the extra is not installed: headroom-context[litellm]")
@pytest.mark.parametrize(
    "first",
    [
        "litellm.callbacks = ['headroom']\nimport litellm_headroom",
        "import litellm_headroom\nlitellm.callbacks = ['headroom']",
    ],
)
def test_the_name_works_before_and_after_the_import(first: str) -> None:
    code = f"import litellm\n{first}\nprint(litellm.callbacks == [litellm_headroom.callback])"
    assert python(code).strip() == "True"


@pytest.mark.skipif(not PRESENT, reason="the extra is not installed: headroom-context[litellm]")
def test_everything_in_all_can_be_had_and_no_store_is_opened() -> None:
    code = (
        "import litellm_headroom as m, os\n"
        "print(all(getattr(m, name) is not None for name in m.__all__), os.path.exists(os.environ['HEADROOM_HOME'] + '/headroom.db'))"
    )
    assert python(code).strip() == "True False"
