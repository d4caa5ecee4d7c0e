"""Errors that a person can correct."""


class TrainError(Exception):
    """Says what happened and what to do. Shown without a stack trace."""

    def __init__(self, message, remedy):
        super().__init__(message)
        self.remedy = remedy
