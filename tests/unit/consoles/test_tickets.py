from __future__ import annotations

from etude.consoles.tickets import MOST_UNUSED, VALID_S, Tickets


def test_ticket_opens_once_what_it_was_given_for_and_for_whom():
    tickets = Tickets()
    ticket = tickets.give("console", 7, now_s=0.0)

    assert tickets.take(ticket, "console", 7, now_s=1.0)
    assert not tickets.take(ticket, "console", 7, now_s=1.0)


def test_ticket_that_is_shown_by_another_or_for_another_console_is_used_up():
    tickets = Tickets()
    stolen, misused = (tickets.give("console", 7, now_s=0.0) for _ in range(2))

    assert not tickets.take(stolen, "console", 8, now_s=1.0)
    assert not tickets.take(stolen, "console", 7, now_s=1.0)
    assert not tickets.take(misused, "another", 7, now_s=1.0)


def test_ticket_is_soon_too_old_and_nonsense_is_none():
    tickets = Tickets()
    ticket = tickets.give("console", 7, now_s=0.0)

    assert not tickets.take(ticket, "console", 7, now_s=VALID_S)
    assert not tickets.take("\udcff nonsense", "console", 7, now_s=1.0)


def test_who_asks_for_many_tickets_keeps_the_newest():
    tickets = Tickets()
    given = [tickets.give("console", 7, now_s=0.0) for _ in range(MOST_UNUSED + 1)]

    assert not tickets.take(given[0], "console", 7, now_s=1.0)
    assert all(tickets.take(ticket, "console", 7, now_s=1.0) for ticket in given[1:])


def test_no_ticket_is_kept_in_the_open():
    tickets = Tickets()
    ticket = tickets.give("console", 7, now_s=0.0)

    assert ticket not in repr(vars(tickets))


def test_a_class_that_asks_for_tickets_at_once_keeps_all_of_them():
    tickets = Tickets()
    given = {user: tickets.give("stage", user, now_s=0.0) for user in range(10 * MOST_UNUSED)}

    assert all(tickets.take(ticket, "stage", user, now_s=1.0) for user, ticket in given.items())
