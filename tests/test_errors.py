"""Errors say whose move it is, and hold what that move needs."""

from bot.errors import ConfigError, FrameworkError, Impossible, KudosError, Problem, Refusal, Throttled


def test_a_refusal_is_a_sentence_for_each_field() -> None:
    refusal = Refusal(("reason", "Say more."), ("", "Try again."))
    assert str(refusal) == "Say more. Try again."
    assert refusal.faults == (("reason", "Say more."), ("", "Try again."))


def test_configuration_errors_list_everything() -> None:
    """One line each; those of the framework with file, line and path."""
    assert str(ConfigError(["A: missing", "B: wrong"])) == "A: missing\nB: wrong"
    problems = [Problem(line=3, path="entries[0].tag", message="missing"), Problem(line=1, path="", message="empty")]
    error = FrameworkError("framework.yaml", problems)
    assert error.problems == ("framework.yaml, line 3: entries[0].tag: missing", "framework.yaml, line 1: empty")
    assert error.details == tuple(problems)


def test_platform_errors_know_what_to_do() -> None:
    assert Throttled("429", retry_after_s=30).retry_after_s == 30
    assert Impossible("is_archived").reason == "is_archived"
    assert isinstance(Impossible(""), KudosError)
