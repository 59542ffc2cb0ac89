"""A demonstration estate of any size, with years of records, from a seed."""

from frontdesk.demo.make import DEMO_STAFF, DemoSize, make_demo

__all__ = ["DEMO_STAFF", "DemoSize", "make_demo"]
