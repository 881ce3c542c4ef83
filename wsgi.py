import sys

from config import ConfigurationError
from lms import create_app

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(str(error))
