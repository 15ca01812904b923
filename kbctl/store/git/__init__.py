"""The only place that runs git.

``revision`` asks git one question without a library, for the start of a search; ``repository`` does the rest
through GitPython's ``Git.execute`` with fixed argument lists, and never runs hooks or monitors of the repository.
"""
