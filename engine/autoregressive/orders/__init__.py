"""Orders in which the pixels of an image may be generated. To add one, add one file here."""

from engine.autoregressive.orders._spec import ORDERS, Order, previous, ranks

ORDERS.discover(__name__)

__all__ = ["ORDERS", "Order", "previous", "ranks"]
