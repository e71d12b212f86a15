"""The signs of TeX that plain text has."""

from __future__ import annotations

SYMBOLS: dict[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ",
    "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
    "ldots": "…", "dots": "…", "cdots": "…", "dotsc": "…", "dotsb": "…", "dotsm": "…", "dotsi": "…", "hdots": "…",
    "textellipsis": "…", "vdots": "⋮", "ddots": "⋱",
    "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "emptyset": "∅",
    "varnothing": "∅", "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬", "angle": "∠", "triangle": "△",
    "prime": "′", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "bigcup": "⋃", "bigcap": "⋂",
    "bigoplus": "⨁", "bigvee": "⋁", "bigwedge": "⋀", "square": "□", "Box": "□", "checkmark": "✓", "dagger": "†",
    "top": "⊤", "bot": "⊥", "degree": "°", "euro": "€", "pounds": "£", "S": "§", "textbackslash": "\\",
    "backslash": "\\", "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "vert": "|", "lvert": "|",
    "rvert": "|", "|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖", "{": "{", "}": "}", "%": "%", "$": "$",
    "&": "&", "#": "#", "_": "_", ",": "\u2009", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "\\": " ",
    "quad": " ", "qquad": " ", "enspace": " ", "thinspace": "\u2009", "colon": ":", "lq": "‘", "rq": "’",
    "textquotesingle": "'", "textasciitilde": "~", "textasciicircum": "^", "space": " ", "hspace": "",
    "i": "ı", "j": "ȷ", "-": "", "clubsuit": "♣", "spadesuit": "♠", "heartsuit": "♥", "diamondsuit": "♦",
}  # fmt: skip

RELATIONS: dict[str, str] = {
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "lt": "<",
    "gt": ">", "ll": "≪", "gg": "≫", "approx": "≈", "equiv": "≡", "sim": "∼", "simeq": "≃", "cong": "≅",
    "propto": "∝", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃",
    "supseteq": "⊇", "subsetneq": "⊊", "mid": "|", "nmid": "∤", "parallel": "∥", "perp": "⟂", "prec": "≺",
    "succ": "≻", "preceq": "⪯", "succeq": "⪰", "to": "→", "rightarrow": "→", "longrightarrow": "→", "leftarrow": "←",
    "gets": "←", "longleftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "implies": "⇒",
    "Longrightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⇔", "mapsto": "↦", "uparrow": "↑",
    "downarrow": "↓", "coloneqq": "≔", "triangleq": "≜", "vdash": "⊢", "models": "⊨",
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "cup": "∪", "cap": "∩", "setminus": "∖",
    "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "oplus": "⊕", "otimes": "⊗", "ominus": "⊖", "odot": "⊙",
    "circ": "∘", "bullet": "•", "star": "⋆", "ast": "∗", "bmod": "mod", "mod": "mod",
}  # fmt: skip

FUNCTIONS = frozenset(
    ["log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "min",
     "max", "gcd", "lcm", "inf", "sup", "lim", "deg", "det", "dim", "arg", "Pr", "hom", "ker"]
)  # fmt: skip

IGNORED = frozenset(
    ["displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "hline", "noindent",
     "mathstrut", "strut", "allowbreak", "nobreak", "relax", "ensuremath", "protect", "bigskip", "smallskip", "hfill",
     "centering", "small", "large", "Large", "normalsize", "mathord", "mathbin", "mathrel", "middle"]
)  # fmt: skip

MARKS = {
    "overline": "\u0305", "bar": "\u0304", "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "vec": "\u20d7",
    "dot": "\u0307", "ddot": "\u0308", "overrightarrow": "\u20d7", "check": "\u030c",
}  # fmt: skip

FENCES = {
    "\\{": "{", "\\}": "}", "\\lfloor": "⌊", "\\rfloor": "⌋", "\\lceil": "⌈", "\\rceil": "⌉", "\\langle": "⟨",
    "\\rangle": "⟩", "\\|": "‖", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\lbrace": "{", "\\rbrace": "}",
    "\\lbrack": "[", "\\rbrack": "]", "<": "⟨", ">": "⟩",
}  # fmt: skip

ALPHABETS: dict[str, dict[str, str]] = {
    "mathbb": dict(zip("NZQRCPEFH1", "ℕℤℚℝℂℙ𝔼𝔽ℍ𝟙", strict=True)),
}

SUPERSCRIPTS = {
    **dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)),
    **dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)),
    **dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True)),
    "+": "⁺", "-": "⁻", "−": "⁻", "=": "⁼", "(": "⁽", ")": "⁾",
}  # fmt: skip

SUBSCRIPTS = {
    **dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True)),
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
    "+": "₊", "-": "₋", "−": "₋", "=": "₌", "(": "₍", ")": "₎",
}  # fmt: skip
