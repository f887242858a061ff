import stat
from pathlib import Path

import pytest

from storefront.config.stack.problem import Problem
from storefront.config.stack.state import AlreadyRunning, State


def a_state(folder: Path) -> State:
    state = State(folder)
    state.create()
    return state


def test_a_second_supervisor_is_told_who_runs(tmp_path: Path) -> None:
    state = a_state(tmp_path)
    with state.take_lock("http://localhost:8123"):
        with pytest.raises(AlreadyRunning, match=r"already running: pid \d+ http://localhost:8123"):
            state.take_lock("http://localhost:8999")
        running = state.running()
    assert running is not None
    assert running.address == "http://localhost:8123"


def test_nothing_runs_once_the_lock_is_gone(tmp_path: Path) -> None:
    state = a_state(tmp_path)
    state.take_lock("http://localhost:8123").close()
    assert state.running() is None


def test_a_fresh_folder_runs_nothing(tmp_path: Path) -> None:
    assert State(tmp_path / "none").running() is None


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    state = a_state(tmp_path)
    key = state.secret_key()
    assert len(key) > 50
    assert state.secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_the_recorded_environment_is_only_for_its_owner(tmp_path: Path) -> None:
    state = a_state(tmp_path)
    state.record_environment({"DATABASE_URL": "postgresql:///x"})
    assert state.recorded_environment() == {"DATABASE_URL": "postgresql:///x"}
    assert stat.S_IMODE(state.environment_file.stat().st_mode) == 0o600


def test_a_full_disk_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=rf"disk full: \d+ MB free in {tmp_path}"):
        a_state(tmp_path).require_disk(10**18)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Problem, match="name another one with MALL_STATE="):
        State(tmp_path / "file" / "state").create()


def test_sockets_stay_in_a_short_state_folder(tmp_path: Path) -> None:
    state = a_state(tmp_path / "s")
    assert state.sockets() == tmp_path / "s" / "run"


@pytest.mark.parametrize("name", ["a" * 120, "우리 장터"], ids=["too-long", "not-plain"])
def test_sockets_move_where_the_path_is_no_good_for_them(tmp_path: Path, name: str) -> None:
    state, other = a_state(tmp_path / name), a_state(tmp_path / f"{name}2")
    sockets = state.sockets()
    assert len(str(sockets)) < 60
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert state.sockets() == sockets
    assert other.sockets() != sockets
    state.leave_sockets()
    other.leave_sockets()
    assert not sockets.exists()


def test_somebody_elses_socket_folder_is_not_used(tmp_path: Path) -> None:
    state = a_state(tmp_path / ("a" * 120))
    sockets = state.sockets()
    sockets.chmod(0o777)
    try:
        with pytest.raises(Problem, match="belongs to someone else"):
            state.sockets()
    finally:
        sockets.rmdir()
