"""Compiling the engine ahead of its first use."""

from multiprocessing import get_context

from logistics.routing.ruin_recreate import prepare


def compile_ahead() -> None:
    """Both halves at the same time; what was compiled before is only loaded."""
    context = get_context("spawn")
    halves = [context.Process(target=_half, args=(name,)) for name in ("route", "search")]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    if any(half.exitcode for half in halves):
        # One after the other, or an error that says why not.
        prepare()


def _half(name: str) -> None:
    # The compiler is loaded here only.
    from logistics.routing.ruin_recreate import kernel

    {"route": kernel.compile_route, "search": kernel.compile_search}[name]()
