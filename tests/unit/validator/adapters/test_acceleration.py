"""When the kernel is used; that a cold, missing or foreign cache only costs time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.validator.adapters import acceleration, kernel_store
from services.validator.adapters.acceleration import accelerator, is_warm, preload, warm_kernel
from services.validator.adapters.files import check_file
from services.validator.engine.result import SchemaRef
from services.validator.engine.validation import Options, Target
from tests.support.kernel_compiled import compiled_machine

TARGET = Target({"fields": [{"name": "a", "type": "integer"}]}, SchemaRef("essai"))


@pytest.fixture(autouse=True)
def warmed() -> None:
    compiled_machine()


def test_exact_mode_never_uses_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCLE_ENGINE", "exact")
    assert accelerator(1 << 40) is None
    assert not preload()


def test_a_warm_kernel_is_found_warm_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCLE_ENGINE", "auto")
    assert warm_kernel()
    assert is_warm()
    assert preload()
    assert accelerator(10) is not None


def test_a_cold_folder_leaves_the_file_to_the_exact_checks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SOCLE_ENGINE", raising=False)
    monkeypatch.setenv("SOCLE_KERNEL_DIR", str(tmp_path / "cold"))
    monkeypatch.setattr(acceleration, "_kernels", [])
    assert not is_warm()
    assert not preload()
    assert accelerator(1 << 40) is None


@pytest.mark.parametrize("harm", ["cut", "flipped", "emptied", "another processor's"])
def test_harmed_code_is_never_run_and_is_made_anew(
    harm: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOCLE_KERNEL_DIR", str(tmp_path))
    monkeypatch.setattr(acceleration, "_kernels", [])
    kernel_store.keep("this host", lambda: b"code" * 100)
    path = kernel_store.path()
    whole = path.read_bytes()
    assert kernel_store.kept("this host") == b"code" * 100
    if harm == "another processor's":
        assert kernel_store.kept("another host") is None
        return
    harmed = {"cut": whole[:-1], "flipped": whole[:-9] + b"C" + whole[-8:], "emptied": b""}
    path.write_bytes(harmed[harm])

    assert kernel_store.kept("this host") is None
    assert not is_warm()
    assert not preload()
    kernel_store.keep("this host", lambda: b"code" * 100)
    assert path.read_bytes() == whole


def test_code_for_another_processor_is_not_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SOCLE_ENGINE", raising=False)
    monkeypatch.setenv("SOCLE_KERNEL_DIR", str(tmp_path))
    monkeypatch.setattr(acceleration, "_kernels", [])
    kernel_store.keep("a processor of another kind", lambda: b"not code at all")
    assert not preload()


def test_processes_that_warm_at_once_compile_once_and_agree(tmp_path: Path) -> None:
    code = (
        "from services.validator.adapters.kernel_store import keep, kept\n"
        "import os, time\n"
        "def build():\n"
        "    time.sleep(0.3)\n"
        "    return f'by {os.getpid()}'.encode()\n"
        "keep('host', build)\n"
        "print(kept('host').decode())\n"
    )
    environment = {**os.environ, "SOCLE_KERNEL_DIR": str(tmp_path)}
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in running}
    assert len(said) == 1
    assert len(list(tmp_path.glob("*.code"))) == 1


@pytest.mark.parametrize("rows", [3, 900_000])
def test_a_file_has_its_hash_and_the_same_result_in_both_modes(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a\n" + "12345\n" * rows + "x\n", encoding="utf-8")
    found = {}
    for mode in ("exact", "fast"):
        monkeypatch.setenv("SOCLE_ENGINE", mode)
        result = check_file(path, name="table.csv", target=TARGET, options=Options())
        found[mode] = result.to_json()
        del found[mode]["stats"]["seconds"]
    assert found["exact"] == found["fast"]
    assert len(found["fast"]["file"]["sha256"]) == 64
    assert found["fast"]["stats"]["errors"] == 1


def test_a_small_file_does_not_import_numba(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from services.validator.adapters.files import check_file\n"
        "from services.validator.engine.result import SchemaRef\n"
        "from services.validator.engine.validation import Options, Target\n"
        "target = Target({'fields': [{'name': 'a'}]}, SchemaRef('essai'))\n"
        f"check_file(Path({str(path)!r}), name='t.csv', target=target, options=Options())\n"
        "print(json.dumps([name in sys.modules for name in ('numba', 'llvmlite', 'numpy')]))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "SOCLE_ENGINE"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert json.loads(done.stdout) == [False, False, False]
