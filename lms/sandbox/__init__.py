"""Local stand-ins for the outside world; none of it exists in production."""

from flask import Flask

from lms.extensions import settings_of
from lms.sandbox import (
    cloudinary,
    mailbox,
    razorpay,
    razorpay_behaviour,
    razorpay_customer,
    razorpay_webhooks,
    thumbnails,
)


def init_app(app: Flask) -> None:
    if settings_of(app).production:
        return
    app.register_blueprint(mailbox.bp)
    app.register_blueprint(cloudinary.bp)
    app.register_blueprint(thumbnails.bp)
    for part in (razorpay, razorpay_behaviour, razorpay_customer, razorpay_webhooks):
        app.register_blueprint(part.bp)
