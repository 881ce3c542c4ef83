"""What every refusal is."""


class Refusal(Exception):
    """An answer other than success: raised anywhere, rendered once."""

    status = 400
    code = "bad_request"
    message = "The request cannot be understood."

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: dict[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message or self.message)
        self.sentence = message or self.message
        self.errors = errors
        self.retry_after = retry_after
