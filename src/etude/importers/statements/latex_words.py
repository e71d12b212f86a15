"""The letters, signs and plain commands of LaTeX."""

from __future__ import annotations

import unicodedata

QUOTES = (
    ("``", "“"), ("''", "”"), (",,", "„"), ("`", "‘"), ("'", "’"), ("<<", "«"), (">>", "»"), ("---", "—"),
    ("--", "–"), ("~", "\u00a0"),
)  # fmt: skip

CHARACTERS = {
    "ldots": "…", "dots": "…", "textellipsis": "…", "cdots": "…", "%": "%", "$": "$", "&": "&", "#": "#", "_": "_",
    "{": "{", "}": "}", " ": " ", "\n": " ", ",": "\u2009", ";": " ", ":": " ", "!": "", "/": "", "-": "", "@": "",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textgreater": ">", "textless": "<",
    "textbar": "|", "textquotesingle": "'", "textquotedbl": '"', "textunderscore": "_", "textdollar": "$",
    "textbullet": "•", "textdegree": "°", "degree": "°", "texteuro": "€", "euro": "€", "EUR": "€", "pounds": "£",
    "textsterling": "£", "copyright": "©", "S": "§", "P": "¶", "dag": "†", "textendash": "–", "textemdash": "—",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”",
    "guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«", "guillemetright": "»", "og": "«\u202f",
    "fg": "\u202f»", "glqq": "„", "grqq": "“", "lq": "‘", "rq": "’", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ",
    "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "ss": "ß", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "th": "þ",
    "LaTeX": "LaTeX", "TeX": "TeX", "quad": " ", "qquad": " ", "enspace": " ", "thinspace": "\u2009",
    "nobreakspace": "\u00a0", "newline": "\ue003", "\\": "\ue003", "linebreak": "\ue003", "par": "\n\n",
    "textregistered": "®", "texttrademark": "™", "slash": "/", "space": " ", "textmu": "µ", "ordinalmasculine": "º",
}  # fmt: skip

ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip

STYLES = {
    "textbf": "**", "emph": "*", "textit": "*", "textsl": "*", "underline": "*", "uline": "*", "sout": "~~",
    "st": "~~", "textsc": "", "textrm": "", "textsf": "", "textnormal": "", "textup": "", "textmd": "", "mbox": "",
    "hbox": "", "fbox": "", "text": "", "centerline": "", "uppercase": "", "lowercase": "", "enquote": "",
    "textsuperscript": "", "textsubscript": "", "ensuremath": "", "makebox": "", "framebox": "", "footnotesize": "",
    "bm": "**", "strong": "**",
}  # fmt: skip

SWITCHES = {
    "bf": "**", "bfseries": "**", "it": "*", "itshape": "*", "em": "*", "sl": "*", "slshape": "*", "tt": "",
    "ttfamily": "", "rm": "", "sf": "", "sc": "", "normalfont": "", "rmfamily": "", "sffamily": "", "scshape": "",
    "tiny": "", "scriptsize": "", "small": "", "normalsize": "", "large": "", "Large": "", "LARGE": "", "huge": "",
    "Huge": "",
}  # fmt: skip

IGNORED = frozenset(
    ["noindent", "indent", "smallskip", "medskip", "bigskip", "newpage", "clearpage", "pagebreak", "centering",
     "raggedright", "raggedleft", "hfill", "vfill", "hline", "toprule", "midrule", "bottomrule", "tightlist", "relax",
     "protect", "sloppy", "maketitle", "hrule", "null", "leavevmode", "nopagebreak", "ignorespaces", "samepage",
     "strut", "xspace", "frenchspacing", "makeatletter", "makeatother", "boldmath", "break", "goodbreak",
     "nolinebreak", "allowbreak", "vss", "hss"]
)  # fmt: skip

IGNORED_WITH_ARGUMENT = {
    "vspace": 1, "vspace*": 1, "hspace": 1, "hspace*": 1, "label": 1, "cline": 1, "cmidrule": 1, "setlength": 2,
    "addtolength": 2, "usepackage": 1, "documentclass": 1, "pagestyle": 1, "thispagestyle": 1, "setcounter": 2,
    "graphicspath": 1, "definecolor": 3, "lstset": 1, "bibliographystyle": 1, "captionsetup": 1, "phantom": 1,
    "color": 1, "vskip": 0, "hskip": 0, "enlargethispage": 1, "renewcommand": 2, "index": 1,
}  # fmt: skip


def accented(command: str, argument: str) -> str:
    r"""Return a letter with the accent of a command such as `\'`."""
    letter = argument.strip().removeprefix("\\").strip("{} ") or " "
    return unicodedata.normalize("NFC", letter[0] + ACCENTS[command]) + letter[1:]
