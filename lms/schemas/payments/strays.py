"""What staff decide on payments without an order, as their forms send it."""

from lms.schemas.fields import In
from lms.schemas.payments.order_files import BuyersReason
from lms.schemas.payments.orders import GatewayId


class AssignedIn(In):
    """`order` is our id of it or the gateway's."""

    order: GatewayId


class StrayReasonIn(In):
    reason: BuyersReason
