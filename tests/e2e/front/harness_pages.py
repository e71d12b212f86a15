"""The harness's plain pages: landing, course, class, help, sign-in, cards, errors, the showcase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_school import NOW, steps
from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length

if TYPE_CHECKING:
    from fake_school import School

pages = Blueprint("pages", __name__)
auth = Blueprint("auth", __name__)
PLAIN = {
    "/": ("landing", "landing.html"),
    "/home": ("home", "course.html"),
    "/course": ("course", "course.html"),
    "/help": ("help_index", "help.html"),
    "/privacy": ("privacy", "help.html"),
    "/accessibility": ("accessibility", "help.html"),
    "/about": ("about", "help.html"),
    "/cards": ("cards", "cards.html"),
    "/class": ("class", "class.html"),
}


class ShowcaseForm(FlaskForm):
    name = StringField("Name", description="As it is said in class.", validators=[DataRequired(), Length(2, 80)])
    email = EmailField("E-mail", validators=[Email()])
    password = PasswordField(
        "Password", validators=[InputRequired(), Length(min=8)], render_kw={"autocomplete": "new-password"}
    )
    role = SelectField("Role", choices=[SelectChoice("student", "Student")], validators=[InputRequired()])
    groups = RadioField(
        "Section",
        choices=[SelectChoice("a", "Section A"), SelectChoice("b", "Section B")],
        validators=[InputRequired()],
    )
    note = TextAreaField("Note", validators=[Length(max=200)])
    agree = BooleanField("The class may see my name", validators=[InputRequired()])


def _plain(template):
    return lambda: render_template(template, now=NOW, steps=steps())


for rule, (endpoint, template) in PLAIN.items():
    pages.add_url_rule(rule, endpoint, _plain(template))
auth.add_url_rule("/profile", "profile", _plain("help.html"))


@pages.get("/design")
def design():
    form = ShowcaseForm(data={"name": "A", "email": "adèle"})
    form.validate()
    return render_template("pages/design.html", form=form, now=NOW)


@auth.route("/sign-in", methods=["GET", "POST"])
def sign_in():
    form = ShowcaseForm()
    if request.method == "POST" and form.name.data:
        return redirect("/course", 303)
    return render_template("sign_in.html", form=form)


@auth.post("/sign-out")
def sign_out():
    current_app.extensions["school"].user = ""
    return redirect("/", 303)


@pages.get("/broken")
def broken():
    values = {
        "status": 500,
        "title": "Something went wrong",
        "sentence": "The fault is ours, not yours.",
        "advice": "Try again in a minute.",
        "reference": "7f3a-91c2",
        "actions": [("My courses", "/home")],
        "public": True,
    }
    return render_template("errors/error.html", **values)


@pages.get("/secret")
def secret():
    current_app.extensions["school"].secrets_read += 1
    return "not for the student’s program"


@pages.get("/events/courses/1")
def course_events():
    cell = {"id": "cell-1-2", "state": "completed", "mark": "10", "is_late": False, "url": "/course", "label": "10"}
    html = render_template("cell_event.html", cell=cell)
    school: School = current_app.extensions["school"]

    def stream():
        school.judge.wait(20)
        yield "data: " + html.replace("\n", "\ndata: ") + "\n\n"

    return Response(stream(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})
