"""The turtle module of the consoles: what its calls send to the page, and what is said of those that it has not."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etude.grading import drawing

if TYPE_CHECKING:
    from types import ModuleType

SENT = re.compile("\x1b_turtle:([^\x07\x1b]*)\x1b\\\\")


@pytest.fixture
def turtle() -> ModuleType:
    """The module anew, as each program has it; its turtles wait for nothing."""
    path = Path(drawing.__file__).with_name(drawing.NAME)
    spec = importlib.util.spec_from_file_location("etude.grading.drawing.turtle", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.speed(0)
    return module


@pytest.fixture
def sent(capsys, turtle):
    """What was sent since, of some names; what else was printed."""
    capsys.readouterr()

    def read(*names: str) -> list[list[object]]:
        found = [json.loads(one) for one in SENT.findall(capsys.readouterr().out)]
        return [one for one in found if not names or one[0] in names]

    return read


def test_a_square_is_four_lines_and_leads_home(turtle, sent):
    for _ in range(4):
        turtle.fd(50)
        turtle.lt(90)

    assert [one[2:6] for one in sent("line")] == [[0, 0, 50, 0], [50, 0, 50, 50], [50, 50, 0, 50], [0, 50, 0, 0]]
    assert (turtle.distance(0, 0) < 1e-9, turtle.heading()) == (True, 0)


@pytest.mark.parametrize(
    ("radius", "extent", "end", "heading"),
    [(50, 360, (0, 0), 0), (50, 180, (0, 100), 180), (-50, 180, (0, -100), 180), (50, -90, (-50, 50), 270)],
)
def test_a_circle_goes_where_pythons_own_goes(turtle, sent, radius, extent, end, heading):
    turtle.circle(radius, extent)

    assert tuple(round(part, 6) for part in turtle.pos()) == end
    assert round(turtle.heading(), 6) % 360 == heading
    assert len(sent("line")) == 1 + int(min(11 + 50 / 6, 59) * abs(extent) / 360)


def test_several_turtles_have_pens_of_their_own_and_a_short_name_for_most_calls(turtle, sent):
    one, two = turtle.Turtle(), turtle.Pen(shape="turtle")
    one.pu()
    one.setpos(10, 20)
    two.pensize(3)
    two.color("light blue", "#F00")
    two.seth(90)
    two.bk(5)

    assert sent("move", "line") == [["move", 1, 10, 20], ["line", 2, 0, 0, 0, -5, 3, "lightblue"]]
    assert (one.isdown(), two.fillcolor(), two.towards(one), one.distance(two)) == (
        False,
        "#ff0000",
        68.1985905136,
        pytest.approx(26.93, 0.01),
    )


def test_shapes_are_filled_dots_stamps_and_texts_set_and_all_is_cleared(turtle, sent):
    turtle.begin_fill()
    turtle.setx(10)
    turtle.sety(10)
    turtle.home()
    turtle.end_fill()
    turtle.dot(8, "red")
    turtle.stamp()
    turtle.write("été \x1b]0;x\x07" + "x" * 200, align="center", font=("Arial", 16, "bold"))
    turtle.reset()

    commands = sent("fill", "filled", "dot", "stamp", "text", "clear")
    assert [one[0] for one in commands] == ["fill", "filled", "dot", "stamp", "text", "clear"]
    assert commands[4][4:6] == [16, "center"]
    assert str(commands[4][7]).startswith("été ]0;xxxx")
    assert len(str(commands[4][7])) < 100


def test_a_text_is_short_in_the_terminals_own_letters_too(turtle, sent, capsys):
    turtle.write("🐢" * 100)

    shown = capsys.readouterr().out
    assert shown.isascii()
    assert 0 < len(SENT.findall(shown)[-1]) < 300


def test_the_screen_has_a_colour_a_size_and_a_title_and_waits_for_nobody(turtle, sent):
    screen = turtle.Screen()
    screen.bgcolor("grey50")
    screen.setup(0.5, 300)
    screen.title("Dessin")
    screen.colormode(255)
    turtle.pencolor(255, 0, 10)
    turtle.tracer(0)
    turtle.update()
    screen.exitonclick()
    turtle.done()

    assert sent("back", "size", "title") == [["back", "#7f7f7f"], ["size", 800, 300], ["title", "Dessin"]]
    assert turtle.pencolor() == "#ff000a"


@pytest.mark.parametrize("name", ["onkey", "ontimer", "textinput", "undo", "register_shape"])
def test_a_call_that_is_not_there_is_named(turtle, name):
    for owner in (turtle, turtle.Turtle(), turtle.Screen()):
        with pytest.raises(turtle.TurtleGraphicsError, match=rf"the turtle of this console has no {name}\(\)"):
            getattr(owner, name)


def test_what_is_wrong_is_an_error_as_in_pythons_own(turtle):
    with pytest.raises(AttributeError, match="fowrard"):
        turtle.Turtle().fowrard(1)
    for wrong in ("ret", (300, 0, 0), (1, 2), "#12"):
        with pytest.raises(turtle.TurtleGraphicsError, match="bad color"):
            turtle.color(wrong)
    for far in (1e9, float("nan"), "x"):
        with pytest.raises(turtle.TurtleGraphicsError, match="not a number"):
            turtle.goto(far, 0)
    with pytest.raises(turtle.TurtleGraphicsError, match="no shape"):
        turtle.shape("house")


def test_the_module_stands_beside_programs_that_speak_of_it_and_bring_none():
    asks = {"main.py": b"import turtle"}

    assert set(drawing.files_for(asks)) == {"turtle.py"}
    assert drawing.files_for({**asks, "turtle.py": b"own = 1"}) == {}
    assert drawing.files_for({"main.py": b"print(1)", "notes.txt": b"turtle"}) == {}


def test_each_call_tells_what_is_set_when_it_is_given_nothing(turtle):
    pen, screen = turtle.Turtle(), turtle.Screen()
    pen.hideturtle()

    told = (pen.pencolor(), pen.fillcolor(), pen.pensize(), pen.speed(), pen.color(), pen.shape(), pen.isvisible())
    of_screen = (screen.bgcolor(), screen.tracer(), screen.colormode())

    assert told == ("black", "black", 1.0, 3, ("black", "black"), "classic", False)
    assert of_screen == ("white", 1, 1.0)
    pen.showturtle()
    pen.pencolor("red")
    pen.fillcolor("blue")
    pen.speed("fast")
    pen.pendown()
    assert (pen.color(), pen.speed(), pen.isvisible(), pen.isdown()) == (("red", "blue"), 10, True, True)


def test_places_and_ways_are_added_and_measured_as_pythons_own(turtle):
    place = turtle.Vec2D(3, 4)

    assert (place + turtle.Vec2D(1, 1), place - (1, 1), 2 * place, place * place, abs(place)) == (
        (4, 5),
        (2, 3),
        (6, 8),
        25,
        5,
    )
    assert repr(place) == "(3.00,4.00)"


def test_a_turtle_that_is_not_hurried_waits_between_its_ways_but_not_for_a_drawing_that_is_shown_at_once(
    turtle, monkeypatch
):
    waits: list[float] = []
    monkeypatch.setattr(turtle.time, "sleep", waits.append)
    pen = turtle.Turtle()
    pen.forward(10)
    pen.circle(10, steps=2)
    turtle.tracer(0)
    pen.forward(10)

    assert [round(wait, 4) for wait in waits] == [0.0333, 0.0083, 0.0083]


def test_the_screen_is_cleared_with_all_its_turtles_and_a_fill_that_never_began_is_none(turtle, sent):
    pen = turtle.Turtle()
    pen.goto(10, 10)
    pen.end_fill()
    pen.dot()
    pen.right(90)
    pen.write("x", font=("Arial",))
    turtle.Screen().clearscreen()

    assert sent("filled", "clear", "back") == [["clear", 0], ["clear", 1], ["back", "white"]]
    assert pen.pos() == (0, 0)


def test_colours_are_names_greys_short_or_three_parts_and_modes_are_two(turtle):
    turtle.color("#0f8", (1.0, 0.5, 0))

    assert turtle.color() == ("#00ff88", "#ff8000")
    with pytest.raises(turtle.TurtleGraphicsError, match="colormode"):
        turtle.colormode(100)
