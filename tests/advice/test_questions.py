"""The answers: what is taken, what is missing, and what is refused with which words."""

import pytest

from dashboard.advice.questions import AnswerError, Answers, check_answers, find_unanswered

WHOLE = {
    "traffic": "few",
    "work": "waiting",
    "live": "none",
    "code": "sync",
    "middleware": "sync",
    "hosting": "vm",
    "cores": "2",
}


def test_whole_answers_are_parsed_once() -> None:
    assert Answers.parse({**WHOLE, "service": "shop"}) == Answers(
        "few", "waiting", "none", "sync", "sync", "vm", cores=2, project="mysite"
    )


@pytest.mark.parametrize("name", WHOLE)
def test_without_one_answer_there_is_no_advice_and_it_is_named(name: str) -> None:
    fewer = {**WHOLE, name: ""}
    assert Answers.parse(fewer) is None
    assert find_unanswered(check_answers(fewer)) == [name]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"live": "maybe"}, "live='maybe': expected none, streams or websockets."),
        ({"cores": "0"}, "cores='0': expected a whole number from 1 to 64."),
        ({"cores": "٣"}, "expected a whole number from 1 to 64."),
        ({"project": "my site; rm"}, "project='my site; rm': expected the name of a Python package, such as mysite"),
    ],
)
def test_what_no_question_allows_is_refused_with_what_was_expected(wrong: dict[str, str], sentence: str) -> None:
    with pytest.raises(AnswerError) as refused:
        Answers.parse({**WHOLE, **wrong})
    assert sentence in str(refused.value)
