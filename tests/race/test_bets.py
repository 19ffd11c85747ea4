"""One bet for each browser, until the race begins."""

from dashboard.race.bets import MOST_BETTORS, BettingBook


def test_the_last_bet_of_a_browser_counts() -> None:
    book = BettingBook()
    book.place("anna", "uvicorn")
    book.place("ben", "uvicorn")
    book.place("anna", "daphne")
    assert (book.counts(), book.open_bet("anna")) == ({"uvicorn": 1, "daphne": 1}, "daphne")


def test_when_the_race_begins_its_bets_are_closed_and_the_next_book_is_empty() -> None:
    book = BettingBook()
    book.place("anna", "uvicorn")
    assert book.close("race 1") == {"uvicorn": 1}
    assert book.counts() == {}
    assert (book.closed_bet("anna", "race 1"), book.closed_bet("ben", "race 1")) == ("uvicorn", "")
    book.close("race 2")
    assert book.closed_bet("anna", "race 1") == ""


def test_the_book_is_bounded() -> None:
    book = BettingBook()
    for number in range(MOST_BETTORS + 5):
        book.place(str(number), "uvicorn")
    assert book.counts() == {"uvicorn": MOST_BETTORS}
