"""The approval flow on git: submit, review, accept or return, synchronise, verify (R9, R13, R22, R27, R68, R69)."""
