from pathlib import Path

import pytest

from storefront.config import cli


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["fly"],
        ["up", "--demo", "huge"],
        ["down", "now"],
        ["settle"],
        ["settle", "--until", "yesterday"],
        ["plan", "--depot", "SUWON"],
        ["plan", "--depot", "SUWON", "--date", "2026-13-01"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_get_one_line_and_a_failing_exit(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(argv)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("잘못된 사용 / wrong arguments: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("command", ["renew", "demo"])
def test_commands_that_need_the_mall_say_so(
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("MALL_STATE", str(tmp_path))
    assert cli.main([command]) == 2
    assert capsys.readouterr().err == (
        "먼저 `mall up`을 실행하세요 (또는 DATABASE_URL 지정) / "
        "run `mall up` first (or set DATABASE_URL)\n"
    )


def test_down_with_nothing_running_is_fine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MALL_STATE", str(tmp_path))
    assert cli.main(["down"]) == 0
    assert "nothing was running" in capsys.readouterr().out


def test_every_command_is_a_module_and_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert all(f" {command} " in said for command in cli.COMMANDS)


@pytest.mark.django_db
def test_the_first_operator_is_appointed_by_e_mail(capsys: pytest.CaptureFixture[str]) -> None:
    from storefront.accounts.models import Grant, Role
    from tests.builders.mall import a_user

    user = a_user("first@jangteo.test")
    assert cli.main(["operator", "First@jangteo.test"]) == 0
    assert Grant.objects.get().role == Role.OPERATOR
    assert Grant.objects.get().user == user
    assert cli.main(["operator", "nobody@jangteo.test"]) == 1
    assert "nobody has signed up" in capsys.readouterr().err
