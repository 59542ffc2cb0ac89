"""Every table and every register of the desk, for who looks at all of them: migrations, verification, tests.

Importing a register's model puts its tables into METADATA. The desk itself imports each when it first needs it.
"""

from __future__ import annotations

from frontdesk.callbacks.model import Callback
from frontdesk.callbacks.register import CALLBACK
from frontdesk.calls import listing as call_listing
from frontdesk.calls.model import Call
from frontdesk.calls.register import CALL, MESSAGE
from frontdesk.core.model import Base
from frontdesk.custody.model import CustodyAgreement
from frontdesk.custody.register import AGREEMENT, HANDED_KEY, INSPECTION
from frontdesk.estate.indexing import SEARCHES as ESTATE_SEARCHES
from frontdesk.estate.model import Unit
from frontdesk.fees.model import PaymentRequest
from frontdesk.fees.register import PAYMENT_REQUEST, RECEIPT
from frontdesk.forms.model import PrinterSetup
from frontdesk.keys.model import Key
from frontdesk.keys.register import APPLICATION, KEY, LOAN
from frontdesk.laundry.model import LaundryTicket
from frontdesk.laundry.register import LAUNDRY
from frontdesk.order_books.model import BlankRun
from frontdesk.orders import listing as order_listing
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import LINE, ORDER
from frontdesk.prices.model import PriceItem
from frontdesk.prices.register import PRICE
from frontdesk.safety.searches import Search, TextSearch, texts_of
from frontdesk.staff.model import Person

TABLES = (
    Person,
    Unit,
    PriceItem,
    ServiceOrder,
    BlankRun,
    Callback,
    PaymentRequest,
    LaundryTicket,
    Key,
    CustodyAgreement,
    Call,
    PrinterSetup,
)
METADATA = Base.metadata
REGISTERS = (
    CALL,
    MESSAGE,
    ORDER,
    LINE,
    PRICE,
    CALLBACK,
    PAYMENT_REQUEST,
    RECEIPT,
    LAUNDRY,
    KEY,
    LOAN,
    APPLICATION,
    AGREEMENT,
    HANDED_KEY,
    INSPECTION,
)

_CALL, _ORDER = METADATA.tables[Call.__tablename__], METADATA.tables[ServiceOrder.__tablename__]
SEARCHES: tuple[Search, ...] = (
    TextSearch(_CALL, call_listing.INDEX, texts_of(_CALL, call_listing.found_by)),
    TextSearch(_ORDER, order_listing.INDEX, texts_of(_ORDER, order_listing.found_by)),
    *ESTATE_SEARCHES,
)
