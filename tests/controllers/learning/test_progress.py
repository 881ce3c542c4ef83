from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.controllers.learning.progress import Event, merge, percentage

START = datetime(2025, 1, 1)
State = dict[str, dict[str, object]]

events = st.lists(
    st.builds(
        Event,
        lesson=st.sampled_from(["a", "b"]),
        at=st.integers(0, 4).map(lambda minute: START + timedelta(minutes=minute)),
        completed=st.sampled_from([None, True, False]),
        position=st.none() | st.integers(0, 3),
    ),
    max_size=12,
)


def after(*batches: Iterable[Event]) -> State:
    """The state once the batches have arrived one after another."""
    state: State = {}
    for batch in batches:
        state = merge(state, batch)  # type: ignore[arg-type,assignment]
    return state


@given(events, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(given_events: list[Event], random) -> None:
    shuffled = random.sample(given_events, len(given_events))
    assert after(given_events) == after(shuffled)


@given(events, st.data())
def test_repetition_does_not_matter(given_events: list[Event], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(given_events), max_size=12)) if given_events else []
    assert after(given_events) == after([*given_events, *again])


@given(events, st.integers(0, 12), st.booleans())
def test_it_does_not_matter_how_events_are_batched_or_which_batch_is_late(
    given_events: list[Event], cut: int, late: bool
) -> None:
    batches = [given_events[:cut], given_events[cut:]]
    assert after(given_events) == after(*(reversed(batches) if late else batches))


@given(events)
def test_the_state_is_what_the_last_word_on_each_lesson_says(given_events: list[Event]) -> None:
    state = after(given_events)
    for lesson in {event.lesson for event in given_events}:
        positions = [(event.at, event.position) for event in given_events if event.lesson == lesson]
        told = [each for each in positions if each[1] is not None]
        assert state[lesson].get("position") == (max(told)[1] if told else None)
        completions = [(event.at, event.completed) for event in given_events if event.lesson == lesson]
        heard = [each for each in completions if each[1] is not None]
        assert state[lesson].get("completed") == (max(heard)[1] if heard else None)


@given(events, events)
def test_what_was_kept_before_is_not_changed_in_place(first: list[Event], second: list[Event]) -> None:
    kept = after(first)
    merge(kept, second)  # type: ignore[arg-type]
    assert kept == after(first)


def test_an_older_event_that_comes_late_changes_nothing() -> None:
    new, old = Event("a", START + timedelta(minutes=1), True, 50), Event("a", START, False, 10)
    assert after([new], [old]) == after([new])


def test_position_and_completion_are_told_apart() -> None:
    watched, finished = Event("a", START, None, 40), Event("a", START + timedelta(minutes=1), True, None)
    state = after([finished], [watched])["a"]
    assert (state["position"], state["completed"]) == (40, True)


def test_only_all_of_them_are_a_hundred_percent() -> None:
    assert [percentage(done, 201) for done in (0, 1, 200, 201)] == [0, 0, 99, 100]
    assert percentage(0, 0) == 0
