from __future__ import annotations

from etude.models.audit_entry.proving import Proof


def test_proof_of_a_whole_log_names_no_entry() -> None:
    proof = Proof(3, "d")

    assert (proof.broken_at, proof.why) == (None, "")
