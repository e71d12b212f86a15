from __future__ import annotations

import pytest

from etude.features.roster.reading import Fault, Order, decode, read_names


def names(text: str, order: Order = Order.GIVEN_FIRST) -> list[tuple[str, str, str]]:
    return [(n.given_name, n.family_name, n.section) for n in read_names(text, order).names]


@pytest.mark.parametrize(
    ("line", "given", "family"),
    [
        ("Emma Tremblay", "Emma", "Tremblay"),
        ("Tremblay, Emma", "Emma", "Tremblay"),
        ("TREMBLAY Emma", "Emma", "Tremblay"),
        ("Emma TREMBLAY-ROY", "Emma", "Tremblay-Roy"),
        ("EMMA TREMBLAY", "Emma", "Tremblay"),
        ("Marie Claude Tremblay", "Marie Claude", "Tremblay"),
        ("Jan van der Berg", "Jan", "van der Berg"),
        ("Zoé d’Amours", "Zoé", "d’Amours"),
        ("Léo O'Neil", "Léo", "O'Neil"),
        ("1. Emma Tremblay", "Emma", "Tremblay"),
        ("12) Emma Tremblay", "Emma", "Tremblay"),
        ("- Emma Tremblay", "Emma", "Tremblay"),
        ("Emma\u00a0Tremblay", "Emma", "Tremblay"),
        ("Prince,", "", "Prince"),
        ("李, 小龍", "小龍", "李"),
    ],
)
def test_a_line_is_read_as_it_is_written(line: str, given: str, family: str) -> None:
    assert names(line) == [(given, family, "")]


def test_family_names_come_first_when_the_teacher_says_so() -> None:
    assert names("Tremblay Emma\nvan der Berg Jan", Order.FAMILY_FIRST) == [
        ("Emma", "Tremblay", ""),
        ("Jan", "van der Berg", ""),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "header",
    [("First name", "Last name", "Section"), ("Prénom", "Nom", "Groupe"), ("PRENOM", "NOM DE FAMILLE", "Classe")],
)
def test_headers_in_both_languages_and_any_separator(separator: str, header: tuple[str, ...]) -> None:
    text = "\n".join(separator.join(row) for row in [header, ("Emma", "Tremblay", "A"), ("Noah", "Roy", "B")])

    assert names(text) == [("Emma", "Tremblay", "A"), ("Noah", "Roy", "B")]


def test_columns_in_another_order_and_columns_that_do_not_matter() -> None:
    text = "Numéro;Nom;Prénom;Courriel\n12;Tremblay;Emma;e@x\n13;Roy;Noah;n@x"

    assert names(text) == [("Emma", "Tremblay", ""), ("Noah", "Roy", "")]


def test_one_column_of_whole_names_under_a_header() -> None:
    assert names("Élève\nTremblay, Emma\nRoy, Noah") == [("Emma", "Tremblay", ""), ("Noah", "Roy", "")]


def test_quoted_whole_names_beside_a_section() -> None:
    assert names('Nom,Groupe\n"Tremblay, Emma",A\n"Roy, Noah",B') == [("Emma", "Tremblay", "A"), ("Noah", "Roy", "B")]


def test_columns_without_headers_are_first_last_section() -> None:
    assert names("Emma;Tremblay;A\nNoah;Roy;B") == [("Emma", "Tremblay", "A"), ("Noah", "Roy", "B")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Emma", Fault.ONE_WORD),
        ("Emma Tremblay 12", Fault.NOT_A_NAME),
        ("emma@school.example Tremblay", Fault.NOT_A_NAME),
        ("Emma " + "T" * 81, Fault.TOO_LONG),
        ("' .", Fault.NO_NAME),
        ("Emma <script>", Fault.NOT_A_NAME),
        ("Emma Tr\x00emblay", Fault.NOT_A_NAME),
        ("Emma \u202eTremblay", Fault.NOT_A_NAME),
    ],
)
def test_a_line_that_is_no_name_is_told_with_its_number_and_reason(line: str, fault: Fault) -> None:
    reading = read_names(f"Noah Roy\n\n{line}")

    assert [(f.number, f.fault) for f in reading.faults] == [(3, fault)]
    assert len(reading.names) == 1


def test_empty_lines_and_empty_rows_are_passed_over() -> None:
    assert names("\n\nEmma Tremblay\n   \n;;;\n") == [("Emma", "Tremblay", "")]
    assert names("") == []


def test_more_than_a_thousand_lines_are_cut_and_it_is_said() -> None:
    reading = read_names("\n".join("Emma Tremblay" for _ in range(1001)))

    assert len(reading.names) == 1000
    assert reading.is_cut


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1"])
def test_the_encoding_of_a_file_is_found(encoding: str) -> None:
    assert names(decode("Prénom;Nom\nZoé;Lévesque".encode(encoding))) == [("Zoé", "Lévesque", "")]


def test_a_name_written_in_pieces_is_put_together() -> None:
    assert names("Zoe\u0301 Le\u0301vesque") == [("Zoé", "Lévesque", "")]
