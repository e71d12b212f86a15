"""Statements of other systems as our Markdown, as far as it goes; what has no place in it is named.

Our Markdown has no formulas and no HTML (see `etude.web.markdown`), so formulas become text: 1 ≤ n ≤ 10⁵.
"""

from __future__ import annotations

from etude.importers.statements.html import from_html as from_html
from etude.importers.statements.latex import from_latex as from_latex
from etude.importers.statements.markdown import from_markdown as from_markdown
from etude.importers.statements.model import DOLLARS as DOLLARS
from etude.importers.statements.model import NEXT_SAMPLE as NEXT_SAMPLE
from etude.importers.statements.model import OTHER_SAMPLES as OTHER_SAMPLES
from etude.importers.statements.model import TILDES as TILDES
from etude.importers.statements.model import Statement as Statement
