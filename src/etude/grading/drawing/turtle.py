"""Turtle graphics for Étude's consoles: the usual calls of Python's `turtle`, drawn in the page beside the console."""

from __future__ import annotations

import json
import math
import re
import sys
import time
from typing import Any, NoReturn, Self

_WEB = (
    "aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood "
    "cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod "
    "darkgray darkgreen darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen "
    "darkslateblue darkslategray darkturquoise darkviolet deeppink deepskyblue dimgray dodgerblue firebrick "
    "floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow honeydew hotpink "
    "indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan "
    "lightgoldenrodyellow lightgray lightgreen lightpink lightsalmon lightseagreen lightskyblue lightslategray "
    "lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid "
    "mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue "
    "mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod "
    "palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple red rosybrown "
    "royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray snow "
    "springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen"
)
_COLORS = frozenset(_WEB.split())
_SHAPES = ("classic", "arrow", "turtle", "circle", "square", "triangle", "blank")
_SPEEDS = {"fastest": 0, "fast": 10, "normal": 6, "slow": 3, "slowest": 1}
_LEFT_OUT = (
    "addshape begin_poly bgpic clearstamp clearstamps clone degrees delay end_poly get_poly get_shapepoly getcanvas "
    "getshapes listen mode numinput onclick ondrag onkey onkeypress onkeyrelease onrelease onscreenclick ontimer "
    "radians register_shape resizemode screensize setundobuffer setworldcoordinates shapesize shapetransform "
    "shearfactor textinput tilt tiltangle turtlesize undo getscreen window_height window_width filling"
)
_PAUSE_S, _TEXT_BYTES, _LARGEST = 0.1, 200, 10_000.0


class TurtleGraphicsError(Exception):
    """A value that cannot be drawn."""


class Vec2D(tuple[float, float]):
    """A place or a way, as Python's own turtle has it."""

    __slots__ = ()

    def __new__(cls, x: float, y: float) -> Self:
        return super().__new__(cls, (x, y))

    def __add__(self, other: Any) -> Vec2D:
        return Vec2D(self[0] + other[0], self[1] + other[1])

    def __sub__(self, other: Any) -> Vec2D:
        return Vec2D(self[0] - other[0], self[1] - other[1])

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Vec2D):
            return self[0] * other[0] + self[1] * other[1]
        return Vec2D(self[0] * other, self[1] * other)

    __rmul__ = __mul__

    def __abs__(self) -> float:
        return math.hypot(*self)

    def __repr__(self) -> str:
        return f"({self[0]:.2f},{self[1]:.2f})"


def _missing(name: str, owner: str) -> NoReturn:
    if name in _LEFT_OUT.split():
        raise TurtleGraphicsError(f"the turtle of this console has no {name}()")
    raise AttributeError(f"{owner} has no attribute {name!r}")


def _send(*fields: object) -> None:
    sequence = json.dumps(fields, separators=(",", ":"))  # ASCII: terminals pass over nothing else
    sys.stdout.write(f"\x1b_turtle:{sequence}\x1b\\")
    if _screen.traced:
        sys.stdout.flush()


def _text(value: object) -> str:
    text = "".join(one for one in str(value)[:100] if one.isprintable())
    while len(json.dumps(text)) > _TEXT_BYTES:
        text = text[:-1]
    return text


def _number(value: Any) -> float:
    if not isinstance(value, (int, float)) or not abs(value) <= _LARGEST:
        raise TurtleGraphicsError(f"not a number from -10000 to 10000: {value!r}")
    return round(value, 2)


def _place(x: Any, y: Any = None) -> Vec2D:
    if isinstance(x, Turtle):
        return x.position()
    return Vec2D(*x) if y is None else Vec2D(x, y)


def _color(*given: Any) -> str:
    value = given[0] if len(given) == 1 else given
    if isinstance(value, str):
        name = value.replace(" ", "").lower().replace("grey", "gray")
        if name in _COLORS or re.fullmatch("#[0-9a-f]{6}", name):
            return name
        if re.fullmatch("#[0-9a-f]{3}", name):
            return "#" + "".join(2 * digit for digit in name[1:])
        if (grey := re.fullmatch("gray([0-9]{1,2}|100)", name)) is not None:
            return "#" + 3 * f"{round(int(grey[1]) * 2.55):02x}"
        raise TurtleGraphicsError(f"bad color string: {value}")
    top = _screen.color_top
    if not isinstance(value, tuple | list) or len(value) != 3 or not all(0 <= part <= top for part in value):
        raise TurtleGraphicsError(f"bad color arguments: {value!r} (colormode is {top})")
    return "#" + "".join(f"{round(part * 255 / top):02x}" for part in value)


class _Screen:
    """What all turtles draw on."""

    def __init__(self) -> None:
        self.traced, self.color_top, self.turtles = 1, 1.0, list[Turtle]()
        self._size, self._color = (800, 600), "white"

    def __getattr__(self, name: str) -> Any:
        _missing(name, "the screen")

    def bgcolor(self, *color: Any) -> str:
        if color:
            self._color = _color(*color)
            _send("back", self._color)
        return self._color

    def setup(self, width: float = 800, height: float = 600, startx: Any = None, starty: Any = None) -> None:
        del startx, starty
        wide, high = (width * 1600 if width <= 1 else width), (height * 1000 if height <= 1 else height)
        self._size = (min(max(round(wide), 50), 4000), min(max(round(high), 50), 4000))
        _send("size", *self._size)

    def title(self, text: str) -> None:
        _send("title", _text(text))

    def tracer(self, n: int | None = None, delay: Any = None) -> int:
        del delay
        if n is not None:
            self.traced = int(n)
        return self.traced

    def update(self) -> None:
        sys.stdout.flush()

    def colormode(self, top: float | None = None) -> float:
        if top is not None:
            if top not in {1.0, 255}:
                raise TurtleGraphicsError("colormode is 1.0 or 255")
            self.color_top = top
        return self.color_top

    def clear(self) -> None:
        for one in self.turtles:
            one.reset()
        self.bgcolor("white")

    def mainloop(self) -> None:
        """Return at once: the drawing stays when the program has ended."""
        sys.stdout.flush()

    done = exitonclick = bye = mainloop
    clearscreen = resetscreen = reset = clear


class Turtle:
    """A turtle: where it is, where it looks, and its pen."""

    def __init__(self, shape: str = "classic", undobuffersize: int = 0, visible: bool = True) -> None:  # noqa: FBT001, FBT002
        del undobuffersize
        self._number = len(_screen.turtles)
        _screen.turtles.append(self)
        self._shape, self._visible = "classic", visible
        self._start()
        self.shape(shape)

    def __getattr__(self, name: str) -> Any:
        _missing(name, "a turtle")

    def _start(self) -> None:
        self._at, self._heading, self._down, self._size = Vec2D(0.0, 0.0), 0.0, True, 1.0
        self._speed, self._colors, self._filling = 3, ("black", "black"), False

    def _show(self) -> None:
        x, y = self._at
        looks = (_number(self._heading), *self._colors, self._shape)
        _send("turtle", self._number, _number(x), _number(y), *looks, int(self._visible))

    def _go(self, place: Vec2D) -> None:
        x, y = (_number(part) for part in place)
        if self._down:
            before = (_number(part) for part in self._at)
            _send("line", self._number, *before, x, y, self._size, self._colors[0])
        else:
            _send("move", self._number, x, y)
        self._at = Vec2D(*place)
        if self._speed and _screen.traced:
            time.sleep(_PAUSE_S / self._speed)

    def forward(self, distance: float) -> None:
        turned = math.radians(self._heading)
        self._go(self._at + Vec2D(math.cos(turned), math.sin(turned)) * distance)

    def back(self, distance: float) -> None:
        self.forward(-distance)

    def left(self, angle: float) -> None:
        self.setheading(self._heading + angle)

    def right(self, angle: float) -> None:
        self.setheading(self._heading - angle)

    def setheading(self, to_angle: float) -> None:
        self._heading = to_angle % 360.0
        self._show()

    def goto(self, x: Any, y: Any = None) -> None:
        self._go(_place(x, y))

    def setx(self, x: float) -> None:
        self.goto(x, self.ycor())

    def sety(self, y: float) -> None:
        self.goto(self.xcor(), y)

    def home(self) -> None:
        self.goto(0, 0)
        self.setheading(0)

    def circle(self, radius: float, extent: float | None = None, steps: int | None = None) -> None:
        """Go round: as many short ways as Python's own turtle takes."""
        extent = 360.0 if extent is None else extent
        if steps is None:
            steps = 1 + int(min(11 + abs(radius) / 6.0, 59.0) * abs(extent) / 360.0)
        turn = extent / steps
        way = 2.0 * radius * math.sin(math.radians(turn / 2))
        if radius < 0:
            turn, way = -turn, -way
        start, speed = self._heading, self._speed
        self._speed *= 4
        for step in range(int(steps)):
            self._heading = start + turn * (step + 0.5)
            self.forward(way)
        self._speed = speed
        self.setheading(start + turn * steps)

    def dot(self, size: float | None = None, *color: Any) -> None:
        wide = max(self._size + 4, self._size * 2) if size is None else size
        x, y = self._at
        _send("dot", self._number, _number(x), _number(y), _number(wide), _color(*color) if color else self._colors[0])

    def stamp(self) -> None:
        x, y = self._at
        _send("stamp", self._number, _number(x), _number(y), _number(self._heading), *self._colors, self._shape)

    def write(self, arg: object, move: bool = False, align: str = "left", font: Any = ("Arial", 8, "normal")) -> None:  # noqa: FBT001, FBT002
        del move
        x, y = self._at
        side = align if align in {"left", "center", "right"} else "left"
        size = font[1] if len(font) > 1 else 8
        _send("text", self._number, _number(x), _number(y), _number(size), side, self._colors[0], _text(arg))

    def penup(self) -> None:
        self._down = False

    def pendown(self) -> None:
        self._down = True

    def isdown(self) -> bool:
        return self._down

    def pensize(self, width: float | None = None) -> float:
        if width is not None:
            self._size = _number(width)
        return self._size

    def speed(self, speed: Any = None) -> int:
        if speed is not None:
            chosen = _SPEEDS[speed] if isinstance(speed, str) else round(speed)
            self._speed = chosen if 0 < chosen <= 10 else 0
        return self._speed

    def color(self, *colors: Any) -> tuple[str, str]:
        if len(colors) == 2:
            self._colors = (_color(colors[0]), _color(colors[1]))
        elif colors:
            self._colors = (_color(*colors),) * 2
        if colors:
            self._show()
        return self._colors

    def pencolor(self, *color: Any) -> str:
        if color:
            self.color(_color(*color), self._colors[1])
        return self._colors[0]

    def fillcolor(self, *color: Any) -> str:
        if color:
            self.color(self._colors[0], _color(*color))
        return self._colors[1]

    def begin_fill(self) -> None:
        self._filling = True
        _send("fill", self._number, *(_number(part) for part in self._at))

    def end_fill(self) -> None:
        if self._filling:
            _send("filled", self._number, self._colors[1])
        self._filling = False

    def shape(self, name: str | None = None) -> str:
        if name is not None:
            if name not in _SHAPES:
                raise TurtleGraphicsError(f"there is no shape named {name}")
            self._shape = name
            self._show()
        return self._shape

    def hideturtle(self) -> None:
        self._visible = False
        self._show()

    def showturtle(self) -> None:
        self._visible = True
        self._show()

    def isvisible(self) -> bool:
        return self._visible

    def clear(self) -> None:
        _send("clear", self._number)

    def reset(self) -> None:
        self.clear()
        self._start()
        self._show()

    def position(self) -> Vec2D:
        return self._at

    def xcor(self) -> float:
        return self._at[0]

    def ycor(self) -> float:
        return self._at[1]

    def heading(self) -> float:
        return self._heading

    def distance(self, x: Any, y: Any = None) -> float:
        return abs(_place(x, y) - self._at)

    def towards(self, x: Any, y: Any = None) -> float:
        way = _place(x, y) - self._at
        return round(math.degrees(math.atan2(way[1], way[0])), 10) % 360.0

    fd, bk, backward, lt, rt, seth = forward, back, back, left, right, setheading
    pu = up = penup
    pd = down = pendown
    setpos = setposition = goto
    pos, width, ht, st = position, pensize, hideturtle, showturtle


_screen = _Screen()
_first: list[Turtle] = []
Pen = RawTurtle = RawPen = Turtle


def Screen() -> _Screen:  # noqa: N802
    return _screen


def _of_first(name: str) -> Any:
    def call(*given: Any, **named: Any) -> Any:
        if not _first:
            _first.append(Turtle())
        return getattr(_first[0], name)(*given, **named)

    return call


def __getattr__(name: str) -> Any:
    _missing(name, "module 'turtle'")


_OF_SCREEN = [name for name in vars(_Screen) if not name.startswith("_") and name not in {"clear", "reset"}]
_OF_TURTLE = [name for name in vars(Turtle) if not name.startswith("_")]
globals().update({name: getattr(_screen, name) for name in _OF_SCREEN})
globals().update({name: _of_first(name) for name in _OF_TURTLE})
__all__ = ["Pen", "RawPen", "RawTurtle", "Screen", "Turtle", "TurtleGraphicsError", "Vec2D", *_OF_SCREEN, *_OF_TURTLE]  # noqa: PLE0604
