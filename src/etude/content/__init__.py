"""The activity folder: read, checked, written. Standard library, tomlkit and the engine's plain data only."""

from __future__ import annotations

from etude.content.archive import read_zip as read_zip
from etude.content.check import Agreement as Agreement
from etude.content.check import check_activity as check_activity
from etude.content.course import CourseContent as CourseContent
from etude.content.course import is_course as is_course
from etude.content.course import parse_course as parse_course
from etude.content.course import read_course as read_course
from etude.content.document import digest as digest
from etude.content.document import document_bytes as document_bytes
from etude.content.document import from_document as from_document
from etude.content.document import to_document as to_document
from etude.content.errors import ContentError as ContentError
from etude.content.errors import ContentWarning as ContentWarning
from etude.content.folder import read_activity as read_activity
from etude.content.folder import read_activity_zip as read_activity_zip
from etude.content.folder import write_activity as write_activity
from etude.content.folder import zip_activity as zip_activity
from etude.content.jobs import build_job as build_job
from etude.content.jobs import build_limits as build_limits
from etude.content.jobs import build_run_job as build_run_job
from etude.content.jobs import languages_needed as languages_needed
from etude.content.jobs import title_of_group as title_of_group
from etude.content.jobs import title_of_test as title_of_test
from etude.content.model import ActivityChecker as ActivityChecker
from etude.content.model import ActivityContent as ActivityContent
from etude.content.model import ActivityGroup as ActivityGroup
from etude.content.model import ActivityLimits as ActivityLimits
from etude.content.model import ActivityTest as ActivityTest
from etude.content.model import ActivityValidator as ActivityValidator
from etude.content.model import Choice as Choice
from etude.content.model import LanguageSettings as LanguageSettings
from etude.content.model import Question as Question
from etude.content.model import Solution as Solution
from etude.content.model import UploadRules as UploadRules
from etude.content.model import pick as pick
from etude.content.model import pick_text as pick_text
from etude.content.parser import parse_activity as parse_activity
from etude.content.quiz import QuestionMark as QuestionMark
from etude.content.quiz import QuizMark as QuizMark
from etude.content.quiz import mark_quiz as mark_quiz
from etude.content.uploads import HandedIn as HandedIn
from etude.content.uploads import Refusal as Refusal
from etude.content.uploads import check_upload as check_upload
from etude.content.writer import activity_tree as activity_tree
